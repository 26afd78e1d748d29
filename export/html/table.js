// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * table.js - the rows as a table; only those in sight are in the page.
 */
import { changeOf, valueOf } from "./rows.js";
import { element, quantity } from "./page.js";

const HEIGHT = 24;	/* of a row, as in style.css */
const PRINTED = 200;

export function makeTable(data, state) {
	const box = element("scroll"), body = element("rows");
	let columns = [], shown = [], sorted = { column: 0, down: true }, chosen = -1;

	const text = (id) => id === null || id === undefined ? "" : data.texts[id];
	const path = (row) => row.frames.map(text).reverse();
	const number = (name, value, sign) => ({ name, value, number: true,
		show: (row) => value(row) === null ? "?" : quantity(value(row), state.unit, sign) });
	const count = (name, value) => ({ name, value, number: true,
		show: (row) => value(row) === null ? "" : value(row).toLocaleString("en") });
	const words = (name, value, wide) => ({ name, value, show: value, wide });

	/* One row for all that have a key in common */
	function together() {
		const sums = new Map();

		for (const row of state.rows) {
			const key = row.keys[state.by];
			let sum = sums.get(key);

			if (!sum) {
				sum = { keys: [], frames: [], count: 0 };
				sum.keys[state.by] = key;
				sums.set(key, sum);
			}
			for (const name of ["pages", "times", "alone", "pinning"])
				sum[name] = (sum[name] ?? 0) + (row[name] ?? 0);
			sum.count++;
		}
		return [...sums.values()];
	}

	function choose() {
		const keys = data.keys.map((name, i) => words(name, (row) => text(row.keys[i]), !data.hasStacks));

		columns = data.map ? [
			...(state.by >= 0 ? [] : [count("pinned blocks", (row) => row.pinned)]),
			count("pinned alone", (row) => row.alone),
			number("cannot move", (row) => row.pinning * (state.unit === "bytes" ? data.pageSize : 1)),
			number("held", (row) => row.pages * (state.unit === "bytes" ? data.pageSize : 1)),
			...(state.by >= 0 ? [] : [{ name: "mean age, s", value: (row) => row.age, number: true,
				show: (row) => row.age === null ? "" : row.age.toFixed(1) }]),
		] : data.diff ? [
			number("change", (row) => changeOf(data, state, row), "+"),
			number("first", (row) => row.series[0] * (state.unit === "bytes" ? data.pageSize : 1)),
			number("last", (row) => row.series.at(-1) * (state.unit === "bytes" ? data.pageSize : 1)),
			...(data.totals.length > 2 ? [{ name: "trend", value: () => 0, line: true }] : []),
		] : [
			number(state.unit, (row) => valueOf(data, state, row)),
			...(data.units.length > 2 && state.unit !== "allocations" ?
				[count("allocations", (row) => row.times)] : []),
		];
		if (state.by >= 0)
			columns.push(count("rows", (row) => row.count), keys[state.by]);
		else
			columns.push(...keys, ...(data.hasStacks || data.diff ?
				[words(data.hasStacks && (data.keys.length || !data.map) ?
					"stack, innermost first" : "name", (row) => path(row).join(" ← "), true)] : []));
		if (state.by >= 0)
			keys[state.by].wide = true;
		sorted.column = Math.min(sorted.column, columns.length - 1);
	}

	function drawHead() {
		const line = document.createElement("tr");

		columns.forEach((column, i) => {
			const cell = line.appendChild(document.createElement("th"));
			const button = cell.appendChild(document.createElement("button"));
			const here = i === sorted.column;

			cell.className = column.number ? "number" : column.wide ? "wide" : "";
			cell.scope = "col";
			cell.ariaSort = here ? sorted.down ? "descending" : "ascending" : "none";
			button.type = "button";
			button.textContent = column.name + (here ? sorted.down ? " ▾" : " ▴" : "");
			button.addEventListener("click", () => {
				sorted = { column: i, down: here ? !sorted.down : Boolean(column.number) };
				draw();
				element("head").querySelectorAll("button")[i].focus();
			});
		});
		element("head").replaceChildren(line);
	}

	function sort() {
		const { value } = columns[sorted.column];
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

		line.ariaSelected = i === chosen;
		line.addEventListener("click", () => select(i));
		for (const column of columns) {
			const cell = line.appendChild(document.createElement("td"));

			if (column.line) {
				cell.appendChild(spark(shown[i].series));
				continue;
			}
			cell.textContent = column.show(shown[i]);
			cell.className = column.number ? "number" : "";
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
		element("counted").textContent = `${shown.length.toLocaleString("en")} rows` +
			(print && end < shown.length ? `, the first ${end} printed` : "");
	}

	function select(i) {
		const row = shown[i];

		chosen = i;
		state.chosen = row;
		state.onChoose?.();
		element("stack").textContent = row ? [
			...data.keys.map((name, k) => [name, text(row.keys[k])])
				.filter(([, value]) => value).map((pair) => pair.join(": ")),
			...path(row)].join("\n") : "";
		scroll();
	}

	function draw() {
		choose();
		shown = state.by >= 0 ? together() : state.rows;
		drawHead();
		sort();
		box.scrollTop = 0;
		select(-1);
	}

	function show(i) {
		select(i);
		box.scrollTop = Math.min(Math.max(box.scrollTop,
			(i + 3) * HEIGHT - box.clientHeight), i * HEIGHT);
	}

	box.addEventListener("scroll", () => scroll());
	box.addEventListener("keydown", (event) => {
		const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];

		if (!move || !shown.length)
			return;
		event.preventDefault();
		show(Math.min(shown.length - 1, Math.max(0, chosen + move)));
	});
	return {
		draw, scroll,
		/* A row of the list, if it is shown */
		choose(row) {
			const i = shown.indexOf(row);

			if (i >= 0)
				show(i);
		},
	};
}
