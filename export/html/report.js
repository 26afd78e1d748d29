// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * report.js - what runs in a report of --format=html.
 *
 * One list of rows, as the filter leaves it, is shown twice: as a flame graph (graph.js)
 * and as a table (table.js); of pageblocks also where they are (map.js). head.js has the
 * sum of it. Every text of a dump gets into the page by textContent or as the value of an
 * attribute, never as markup.
 */
import { makeGraph } from "./graph.js";
import { makeHead } from "./head.js";
import { makeMap } from "./map.js";
import { load, valueOf } from "./rows.js";
import { makeTable } from "./table.js";
import { element, option } from "./page.js";

const data = load(JSON.parse(element("data").textContent));
const state = { measure: data.measures[0], unit: data.units[0], by: -1, rows: data.rows, wanted: "" };
/* Those that a report can be grouped by, and the number of a choice */
const keys = data.keys.map((_, k) => k).filter((k) => data.used[k]);
const keyOf = (choice) => choice > 0 ? keys[choice - 1] : -1;
const head = makeHead(data, state);
const graph = makeGraph(data, state);
const table = makeTable(data, state);
const map = data.map && makeMap(data, state, table.show);

state.onChoose = map?.draw;

function show() {
	const wanted = element("filter").value.trim().toLowerCase();
	const hits = wanted && data.texts.map((text) => text.toLowerCase().includes(wanted));

	state.measure = data.measures[element("measure").selectedIndex];
	state.unit = data.units[element("unit").selectedIndex];
	state.by = keyOf(element("by").selectedIndex);
	state.wanted = element("filter").value.trim();
	state.rows = wanted ? data.rows.filter((row) =>
		row.frames.some((id) => hits[id]) ||
		row.keys.some((id) => id !== null && hits[id])) : data.rows;
	head.draw();
	graph.draw();
	table.draw();
}

/* Typing asks for many changes; the last one counts. */
function later(what) {
	let timer;

	return () => {
		clearTimeout(timer);
		timer = setTimeout(what, 120);
	};
}

data.measures.forEach((measure) => option("measure", measure));
data.units.forEach((unit) => option("unit", unit));
option("by", data.hasStacks || !data.keys.length ? "row" : "row, all keys");
keys.forEach((k) => option("by", data.keys[k]));
element("measure").parentElement.hidden = data.measures.length < 2;
element("by").parentElement.hidden = !data.hasStacks && keys.length < 2;
/* The first measure that there is something of */
element("measure").selectedIndex = Math.max(0, data.measures.findIndex((measure) =>
	data.rows.some((row) => valueOf(data, { ...state, measure }, row))));
document.body.classList.toggle("pageblocks", Boolean(map));

for (const name of ["measure", "unit", "by"])
	element(name).addEventListener("change", show);
element("filter").addEventListener("input", later(show));
element("search").addEventListener("input", later(graph.search));
element("flame").addEventListener("change", graph.draw);
element("reset").addEventListener("click", graph.reset);
element("controls").addEventListener("submit", (event) => event.preventDefault());
addEventListener("resize", later(() => {
	map?.resize();
	graph.draw();
	table.scroll();
}));
addEventListener("beforeprint", () => table.scroll(true));
addEventListener("afterprint", () => table.scroll());
document.addEventListener("keydown", (event) => {
	const typing = event.target instanceof HTMLInputElement;

	if (event.ctrlKey || event.metaKey || event.altKey)
		return;
	if (event.key === "Escape") {
		graph.reset();
	} else if (!typing && (event.key === "/" || event.key === "f")) {
		element(event.key === "f" ? "filter" : "search").focus();
		event.preventDefault();
	}
});
map?.resize();
show();
