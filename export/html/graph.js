// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * graph.js - the rows as a flame graph, drawn by d3-flame-graph.
 *
 * What is too small to be seen is drawn together, one frame a parent, so that the time
 * to draw does not grow with the rows; the filter brings it back, and what is highlighted
 * is counted there too.
 *
 * A frame's number is that of its text; a key's is below 0 (see codeOf()).
 */
import flamegraph from "d3-flame-graph/src/flamegraph.js";
import { select } from "d3-selection";
import { absent, changeOf, valueOf } from "./rows.js";
import { element, quantity } from "./page.js";

const SMALLEST = 1 / 10000;	/* of the whole */
const DEEPEST = 300;
const CELL = 19, SEEN = 2;	/* pixels: height, and least width */
const PLUMBING = "hsl(0 0% 83%)";

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
	let chart, root, current, zoomed, rows = [];

	/* A key's number: other keys and frames may have the same text. */
	const codeOf = (k, id) => -1 - ((id ?? data.texts.length) * data.keys.length + k);
	const textOf = (code) => {
		const key = -1 - code, k = key % data.keys.length;

		return code >= 0 ? data.texts[code] || "?" :
			data.texts[Math.floor(key / data.keys.length)] ?? absent(data.keys[k]);
	};
	const nameOf = (code) => {
		const name = code < 0 ? data.keys[(-1 - code) % data.keys.length] : "owner";

		return name === "owner" || data.keys.length === 1 ? textOf(code) :
			`${name}:${textOf(code)}`;
	};

	/* The frames of a row from the root on. A key that a row does not have is left out,
	 * unless nothing would be left. */
	function pathOf({ keys, frames }) {
		const shown = state.by >= 0 ? [state.by] : data.hasStacks ? [] : [...keys.keys()];
		const outer = shown.filter((k) => keys[k] !== null).map((k) => codeOf(k, keys[k]));

		if (data.hasStacks)
			return outer.length ? outer.concat(frames) : frames;
		return outer.length || !shown.length ? outer : [codeOf(shown.at(-1), null)];
	}

	/* The tree of some rows below a frame; only what can be seen is looked into. */
	function split(node, rows, depth, least) {
		const small = { value: 0, change: 0, count: 0, rows: [], depth };
		const below = new Map();

		for (const row of rows) {
			if (depth >= row.path.length)
				continue;
			const code = row.path[depth];
			let child = below.get(code);

			if (!child) {
				child = { value: 0, change: 0, rows: [], depth, code, plumbing: true };
				below.set(code, child);
			}
			child.value += row.value;
			child.change += row.change;
			child.rows.push(row);
			child.plumbing &&= depth >= row.path.length - row.inner;
		}
		if (!below.size)
			return;
		node.children = [];
		for (const child of below.values()) {
			if (child.value < least) {
				small.value += child.value;
				small.change += child.change;
				small.count++;
				child.rows.forEach((row) => small.rows.push(row));
				continue;
			}
			node.children.push(child);
			if (depth < DEEPEST) {
				child.name = nameOf(child.code);
				split(child, child.rows, depth + 1, least);
				child.rows = undefined;
			} else {
				child.name = "(deeper)";
			}
		}
		node.children.sort((a, b) => b.value - a.value);
		if (small.count) {
			small.name = `(${small.count} smaller)`;
			node.children.push(small);
		}
	}

	function build() {
		const top = { name: "all", value: 0, change: 0 };

		rows = [];
		for (const row of state.rows) {
			const value = valueOf(data, state, row);
			const change = data.diff ? changeOf(data, state, row) ?? 0 : 0;

			if (!value)
				continue;
			top.value += value;
			top.change += change;
			rows.push({ value, change, path: pathOf(row),
				inner: data.hasStacks ? row.inner : 0 });
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

	/* Frames that match, drawn or not, and what is in or below them */
	function count(matches) {
		const top = new Map();
		let frames = 0, value = 0;

		for (const row of rows) {
			const last = row.path.findLastIndex(matches);
			let at = top;

			if (last < 0)
				continue;
			value += row.value;
			for (const code of row.path.slice(0, last + 1)) {
				if (!at.has(code)) {
					at.set(code, new Map());
					frames += matches(code);
				}
				at = at.get(code);
			}
		}
		return { frames, value };
	}

	function search() {
		const wanted = element("search").value.trim().toLowerCase();

		element("found").textContent = "";
		if (!wanted) {
			chart.clear();
			fit();
			return;
		}
		const known = new Map();
		const matches = (code) => {
			if (!known.has(code))
				known.set(code, textOf(code).toLowerCase().includes(wanted));
			return known.get(code);
		};
		/* One that stands for others is marked if one of them matches. */
		const isHit = ({ data: node }) => node.rows ?
			node.rows.some((row) => row.path.slice(node.depth).some(matches)) :
			node.code !== undefined && matches(node.code);
		let drawn = 0;

		chart.setSearchMatch(isHit).setSearchHandler((found) => {
			drawn = found.filter((d) => !d.data.rows &&
				(d.x1 - d.x0) * box.clientWidth > SEEN).length;
		});
		chart.search(wanted);
		fit();
		const { frames, value } = count(matches);

		element("found").textContent = `${frames.toLocaleString("en")} frames` +
			(frames > drawn ? `, ${(frames - drawn).toLocaleString("en")} of them not in sight` :
				"") + `, ${quantity(value, state.unit)} ` +
			`(${(100 * value / (root.data.value || 1)).toFixed(2)} %)`;
	}

	/* The chart leaves room for two more frames. */
	function fit() {
		const svg = box.querySelector("svg");

		if (!element("flame").checked)
			svg.setAttribute("height", Math.max(CELL, svg.getAttribute("height") - 2 * CELL));
	}

	/* What the colors mean */
	function legend() {
		const list = element("colors");

		for (const [color, name] of data.diff ?
			[[changeColor(1, 1), "grew"], [changeColor(-1, 1), "shrank"],
				[changeColor(0, 1), "neither"]] :
			data.hasStacks ? [[PLUMBING, "only passes memory on"],
				[frameColor("a"), "kernel"], [frameColor("a [b]"), "modules, a color each"]] : []) {
			const item = list.appendChild(document.createElement("span"));

			item.appendChild(document.createElement("i")).style.background = color;
			item.appendChild(document.createTextNode(name));
		}
	}

	function draw() {
		const top = build();

		box.replaceChildren();
		chart = flamegraph()
			.width(box.clientWidth).cellHeight(CELL).minFrameSize(SEEN)
			.resetHeightOnZoom(true)
			.transitionDuration(matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 200)
			.inverted(!element("flame").checked)
			.tooltip(tip)
			.onClick((d) => {
				zoomed = d.parent ? d : null;
				look(d);
				fit();
			})
			.setColorMapper((d) => d.highlight ? "#e65ce6" : data.diff ?
				changeColor(d.data.change, d.data.value) :
				d.data.plumbing ? PLUMBING : frameColor(d.data.name));
		select(box).datum(top).call(chart);
		fit();
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
	legend();
	return { draw, search, reset };
}
