// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * graph.js - the rows as a flame graph, drawn by d3-flame-graph.
 *
 * What is too small to be seen is drawn together, one frame a parent, so that the time
 * to draw does not grow with the rows; the filter brings it back.
 */
import flamegraph from "d3-flame-graph/src/flamegraph.js";
import { select } from "d3-selection";
import { changeOf, valueOf } from "./rows.js";
import { element, quantity } from "./page.js";

const SMALLEST = 1 / 10000;	/* of the whole */
const DEEPEST = 300;

function hue(text) {
	let hash = 0;

	for (let i = 0; i < text.length; i++)
		hash = (hash * 31 + text.charCodeAt(i)) >>> 0;
	return hash;
}

function frameColor(name) {
	const module = /\[([^\]]*)\]$/.exec(name)?.[1];
	const shade = hue(name) % 16;

	return module ? `hsl(${120 + hue(module) % 180} 45% ${62 + shade}%)` :
		`hsl(${22 + shade * 2} 75% ${64 + shade % 10}%)`;
}

/* Red for what grew, blue for what shrank; white for what did neither */
function changeColor(change, value) {
	const part = Math.min(1, Math.abs(change) / (value || 1));

	return !change ? "hsl(0 0% 85%)" :
		`hsl(${change > 0 ? 4 : 216} 85% ${86 - 26 * Math.sqrt(part)}%)`;
}

export function makeGraph(data, state) {
	const box = element("graph");
	let chart, root, current, zoomed;

	/* The tree of some rows below a frame; only what can be seen is looked into. */
	function split(node, rows, depth, least) {
		const small = { name: "", value: 0, change: 0, count: 0 };
		const below = new Map();

		for (const row of rows) {
			const id = row.path(depth);

			if (id === undefined)
				continue;
			let child = below.get(id);

			if (!child) {
				child = { value: 0, change: 0, rows: [] };
				below.set(id, child);
			}
			child.value += row.value;
			child.change += row.change;
			child.rows.push(row);
		}
		if (!below.size)
			return;
		node.children = [];
		for (const [id, child] of below) {
			const mine = child.rows;

			child.rows = undefined;
			if (child.value < least) {
				small.value += child.value;
				small.change += child.change;
				small.count++;
				continue;
			}
			child.name = depth === DEEPEST ? "(deeper)" :
				id === null ? "(none)" : data.texts[id] || "(none)";
			node.children.push(child);
			if (depth < DEEPEST)
				split(child, mine, depth + 1, least);
		}
		node.children.sort((a, b) => b.value - a.value);
		if (small.count) {
			small.name = `(${small.count} smaller)`;
			node.children.push(small);
		}
	}

	function build() {
		const top = { name: "all", value: 0, change: 0 };
		const count = state.by >= 0 ? 1 : data.hasStacks ? 0 : data.keys.length;
		const rows = [];

		for (const row of state.rows) {
			const value = valueOf(data, state, row);
			const change = data.diff ? changeOf(data, state, row) ?? 0 : 0;
			const { keys, frames } = row;

			if (!value)
				continue;
			top.value += value;
			top.change += change;
			rows.push({ value, change, path: (depth) => depth >= count ?
				frames[depth - count] : keys[state.by >= 0 ? state.by : depth] });
		}
		split(top, rows, 0, top.value * SMALLEST);
		return top;
	}

	function label({ data: node }) {
		const part = root.data.value ? 100 * node.value / root.data.value : 0;

		return `${node.name}: ${quantity(node.value, state.unit)} (${part.toFixed(2)} %)` +
			(data.diff ? `, change ${quantity(node.change, state.unit, "+")}` : "");
	}

	function look(d) {
		current = d;
		element("where").textContent = d ? label(d) : "";
		select(box).selectAll("g.frame").classed("current", (other) => other === d);
	}

	/* The chart shows its own title elements if it is given no tooltip. */
	const tip = Object.assign(() => {}, {
		show: (d) => { element("where").textContent = label(d); },
		hide: () => { element("where").textContent = current ? label(current) : ""; },
	});

	function search() {
		const wanted = element("search").value.toLowerCase();

		element("found").textContent = "";
		if (wanted)
			chart.search(wanted);
		else
			chart.clear();
	}

	function draw() {
		const top = build();

		box.replaceChildren();
		chart = flamegraph()
			.width(box.clientWidth).cellHeight(19).minFrameSize(2)
			.transitionDuration(matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 200)
			.inverted(!element("flame").checked)
			.tooltip(tip)
			.onClick((d) => {
				zoomed = d.parent ? d : null;
				look(d);
			})
			.setColorMapper((d) => d.highlight ? "#e65ce6" : data.diff ?
				changeColor(d.data.change, d.data.value) : frameColor(d.data.name))
			.setSearchMatch((d, wanted) => d.data.name.toLowerCase().includes(wanted))
			.setSearchHandler((found, sum) => {
				element("found").textContent = `${found.length} frames, ` +
					`${quantity(sum, state.unit)} (` +
					`${(100 * sum / (root.data.value || 1)).toFixed(2)} %)`;
			});
		select(box).datum(top).call(chart);
		root = select(box).datum();
		zoomed = null;
		look(null);
		if (element("search").value)
			search();
	}

	function reset() {
		if (zoomed)
			chart.zoomTo(root);
		zoomed = null;
		look(null);
	}

	function step(key) {
		const at = current ?? zoomed ?? root;
		const down = (element("flame").checked ? "ArrowUp" : "ArrowDown") === key;
		const seen = at.parent?.children.filter((d) => d.value) ?? [at];

		if (key === "ArrowLeft" || key === "ArrowRight")
			return seen[seen.indexOf(at) + (key === "ArrowLeft" ? -1 : 1)] ?? at;
		return (down ? at.children?.find((d) => d.value) : at.parent) ?? at;
	}

	box.addEventListener("keydown", (event) => {
		if (event.key === "Enter" && current)
			chart.zoomTo(current);
		else if (event.key.startsWith("Arrow"))
			look(current ? step(event.key) : zoomed ?? root);
		else
			return;
		event.preventDefault();
		box.querySelector(".current")?.scrollIntoView({ block: "nearest" });
	});
	return { draw, search, reset };
}
