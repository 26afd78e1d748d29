// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * table.js - the rows as a table; only those in sight are in the page.
 */
import { absent, changeOf, together, valueOf } from "./rows.js";
import { element, quantity } from "./page.js";

const HEIGHT = 24;	/* of a row, as in style.css */
const PRINTED = 200;

export function makeTable(data, state) {
	const box = element("scroll"), body = element("rows"), panel = element("stack");
	let columns = [], shown = [], sorted = { name: "", down: true };

	const text = (id) => id === null || id === undefined ? "" : data.texts[id];
	const pages = (n) => n * (state.unit === "bytes" ? data.pageSize : 1);
	/* Without the innermost ones that only pass memory on */
	const path = (row) => row.frames.slice(0, row.frames.length - row.inner).map(text).reverse();
	const number = (name, value, sign) => ({ name, value, kind: "number",
		show: (row) => value(row) === null ? "?" : quantity(value(row), state.unit, sign) });
	const count = (name, value) => ({ name, value, kind: "number",
		show: (row) => value(row) === null ? "" : value(row).toLocaleString("en") });

	function key(k) {
		const name = data.keys[k];
		const show = (row) => text(row.keys[k]) ||
			(state.by >= 0 || data.keys.length === 1 ? absent(name) : "");

		return { name, show, kind: data.numeric[k] ? "id" : ["owner", "module"].includes(name) ?
			name : "word",
			value: (row) => row.keys[k] === null ? null : data.numeric[k] ?
				Number(text(row.keys[k])) : text(row.keys[k]) };
	}

	function measures() {
		const grouped = state.by >= 0;

		if (data.map)
			return [
				...(grouped ? [] : [count("pinned blocks", (row) => row.pinned)]),
				count("pinned alone", (row) => row.alone),
				number("cannot move", (row) => pages(row.pinning)),
				number("held", (row) => pages(row.pages)),
				...(grouped ? [] : [{ name: "mean age, s", value: (row) => row.age,
					kind: "number",
					show: (row) => row.age === null ? "" : row.age.toFixed(1) }]),
			];
		if (data.diff)
			return [
				number("change", (row) => changeOf(data, state, row), "+"),
				number("first", (row) => pages(row.series[0])),
				number("last", (row) => pages(row.series.at(-1))),
				...(data.totals.length > 2 ?
					[{ name: "trend", kind: "line", value: () => 0 }] : []),
			];
		return [
			number(state.unit, (row) => valueOf(data, state, row)),
			...(data.units.length > 2 && state.unit !== "allocations" ?
				[count("allocations", (row) => row.times)] : []),
		];
	}

	/* Owner and module are next to the stack, whose first frame is the owner. */
	function choose() {
		const last = ["owner", "module"].map((name) => data.keys.indexOf(name));
		const keys = state.by >= 0 ? [state.by] :
			[...data.keys.keys()].filter((k) => !last.includes(k)).concat(last)
				.filter((k) => k >= 0 && (data.used[k] || data.keys.length === 1));

		columns = [...measures(), ...(state.by >= 0 ? [count("rows", (row) => row.count)] : []),
			...keys.map(key)];
		if (state.by < 0 && data.rows.some((row) => row.frames.length))
			columns.push({ name: data.hasStacks ? "stack without plumbing" : "one of its stacks",
				value: (row) => path(row).join(" ← "), show: (row) => path(row).join(" ← "),
				kind: "wide path" });
		else
			columns.at(-1).kind = "wide";
		/* Where there is little room: what is measured, and whose it is */
		const whose = keys.slice(-2).map((k) => data.keys[k]);

		columns.forEach((column, i) => { column.rest = i > 0 && !whose.includes(column.name); });
		element("table").classList.toggle("crowded", columns.length > 6);
		if (!columns.some(({ name }) => name === sorted.name))
			sorted = { name: columns[0].name, down: true };
	}

	const classOf = (column) => column.kind + (column.rest ? " rest" : "");

	function drawHead() {
		const line = document.createElement("tr");

		columns.forEach((column, i) => {
			const cell = line.appendChild(document.createElement("th"));
			const button = cell.appendChild(document.createElement("button"));
			const here = column.name === sorted.name;

			cell.className = classOf(column);
			cell.scope = "col";
			cell.ariaSort = here ? sorted.down ? "descending" : "ascending" : "none";
			button.type = "button";
			button.textContent = column.name + (here ? sorted.down ? " ▾" : " ▴" : "");
			button.addEventListener("click", () => {
				sorted = { name: column.name, down: here ? !sorted.down : column.kind === "number" };
				draw();
				element("head").querySelectorAll("button")[i].focus();
			});
		});
		element("head").replaceChildren(line);
	}

	function sort() {
		const { value } = columns.find(({ name }) => name === sorted.name);
		const sign = sorted.down ? -1 : 1;
		const keyed = shown.map((row) => [value(row), row]);

		/* What is unknown comes last. */
		keyed.sort(([a], [b]) => a === b ? 0 : a === null ? 1 : b === null ? -1 :
			a < b ? -sign : sign);
		shown = keyed.map(([, row]) => row);
	}

	/* The pages of each snapshot as a line */
	function spark(series) {
		const space = "http://www.w3.org/2000/svg";
		const svg = document.createElementNS(space, "svg");
		const line = svg.appendChild(document.createElementNS(space, "polyline"));
		const most = Math.max(1, ...series);

		svg.setAttribute("width", 100);
		svg.setAttribute("height", 18);
		line.setAttribute("points", series.map((pages, i) =>
			`${2 + 96 * i / (series.length - 1)},${16 - 14 * pages / most}`).join(" "));
		return svg;
	}

	function rowLine(i) {
		const line = document.createElement("tr");

		line.ariaSelected = shown[i] === state.chosen;
		line.addEventListener("click", () => select(shown[i], true));
		for (const column of columns) {
			const cell = line.appendChild(document.createElement("td"));

			cell.className = classOf(column);
			if (column.kind === "line") {
				cell.appendChild(spark(shown[i].series));
				continue;
			}
			cell.textContent = column.show(shown[i]);
			if (column.name === "change" && shown[i].change)
				cell.classList.add(shown[i].change > 0 ? "grew" : "shrank");
		}
		return line;
	}

	function space(rows) {
		const line = document.createElement("tr");

		line.ariaHidden = true;
		line.style.height = `${rows * HEIGHT}px`;
		return line;
	}

	function scroll(print) {
		const first = print ? 0 : Math.max(0, Math.floor(box.scrollTop / HEIGHT) - 5);
		const end = Math.min(shown.length, print ? PRINTED :
			first + Math.ceil(box.clientHeight / HEIGHT) + 10);
		const lines = [];

		for (let i = first; i < end; i++)
			lines.push(rowLine(i));
		body.replaceChildren(...(print ? lines :
			[space(first), ...lines, space(shown.length - end)]));
		element("counted").textContent = shown.length.toLocaleString("en") +
			(shown.length === 1 ? " row" : " rows") +
			(print && end < shown.length ? `, the first ${end} printed` : "");
	}

	/* The chosen row: its keys, what it holds, and its whole stack */
	function describe(row) {
		const of = row.rows ? row.rows.reduce((most, other) =>
			valueOf(data, state, other) > valueOf(data, state, most) ? other : most) : row;
		const lines = [
			...data.keys.map((name, k) => [name, text(row.keys[k]) ||
				(row.rows && k === state.by ? absent(name) : "")]),
			...measures().filter(({ show }) => show).map(({ name, show }) => [name, show(row)]),
		].filter(([, value]) => value).map((pair) => pair.join(": "));

		if (data.diff && row.change === null)
			lines.push("change: unknown, a count_threshold may have hidden pages");
		if (row.rows && of.frames.length)
			lines.push(row.count === 1 ? "its only row:" :
				`${row.count.toLocaleString("en")} rows, the largest of them:`);
		else if (!data.hasStacks && of.frames.length)
			lines.push("one of its stacks:");
		panel.textContent = lines.join("\n");
		of.frames.map(text).reverse().forEach((name, i) => {
			const line = document.createElement("span");

			line.textContent = `${i ? "" : "\n"}\n${name}`;
			line.className = i < of.inner ? "plumbing" : i === of.inner ? "first" : "";
			panel.appendChild(line);
		});
	}

	/* @look: bring the stack into view */
	function select(row, look) {
		state.chosen = row;
		state.onChoose?.();
		panel.hidden = !row;
		if (row)
			describe(row);
		panel.scrollTop = 0;
		scroll();
		if (row && look)
			panel.scrollIntoView({ block: "nearest" });
	}

	function draw() {
		choose();
		shown = state.by >= 0 ? together(data, state) : state.rows;
		drawHead();
		sort();
		box.scrollTop = 0;
		select(null);
	}

	/* The row too, if it is in the table as it is filtered and grouped */
	function show(row, look) {
		const i = shown.indexOf(row);

		select(row, look);
		if (i >= 0)
			box.scrollTop = Math.min(Math.max(box.scrollTop,
				(i + 3) * HEIGHT - box.clientHeight), i * HEIGHT);
	}

	box.addEventListener("scroll", () => scroll());
	box.addEventListener("keydown", (event) => {
		const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
		const at = shown.indexOf(state.chosen) + move;

		if (!move || !shown.length)
			return;
		event.preventDefault();
		show(shown[Math.min(shown.length - 1, Math.max(0, at))], true);
	});
	return { draw, scroll, show };
}
