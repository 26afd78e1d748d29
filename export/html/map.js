// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * map.js - physical memory, a cell a pageblock, as pageowner-frag --map draws it. Words
 * describe the cell under the pointer, a click lists what pins it, and what a chosen row
 * pins is framed.
 *
 * Where there are very many, a cell stands for several. Rows of cells in which nothing
 * is known to be allocated are left out.
 */
import { nameOf } from "./rows.js";
import { element, quantity } from "./page.js";

const COLORS = ["#1f77b4", "#2ca02c", "#bcbd22", "#9467bd", "#17becf", "#7f7f7f", "#8c564b"];
const PINNED = "#d62728";
const LABEL = 110, GAP = 8;
const MOST = 40000;	/* cells */

export function makeMap(data, state, choose) {
	const { blocks, pins, zones, types, order } = data.map;
	const canvas = element("map"), box = element("memory");
	const holders = new Map(data.rows.map((row) => [row.index, row]));
	let rows = [], scale = 1, size = 12, columns = 64, height = 0, current = null;

	const typeOf = (i) => blocks.type[i] & 7;
	const isMixed = (i) => blocks.type[i] > 7;
	const zoneText = (i) => zones[i][0] < 0 ? "" : `, node ${zones[i][0]}, zone ${zones[i][1]}`;
	const hex = (n) => `0x${n.toString(16)}`;
	const pfn = (n) => n * 2 ** order;

	function place() {
		const count = blocks.number.length;
		const width = Math.max(120, box.clientWidth - LABEL);
		let row = null, y = 0;

		for (scale = 1; count / scale > MOST; scale *= 2)
			;
		size = count / scale > 10000 ? 5 : count / scale > 2500 ? 8 : 12;
		for (columns = 8; columns * 2 * size <= width; columns *= 2)
			;
		rows = [];
		for (let i = 0; i < count; i++) {
			const cell = Math.floor(blocks.number[i] / scale);
			const line = Math.floor(cell / columns), column = cell % columns;

			if (!row || row.line !== line || row.zone !== blocks.zone[i]) {
				const apart = row && (row.line + 1 !== line || row.zone !== blocks.zone[i]);

				y += row ? size + (apart ? GAP : 0) : 0;
				row = { line, zone: blocks.zone[i], y, label: !row || apart, cells: new Map() };
				rows.push(row);
			}
			const known = row.cells.get(column);

			if (known)
				known.last = i;
			else
				row.cells.set(column, { row, column, first: i, last: i });
		}
		height = y + size + 2;
	}

	const index = (cell) => Array.from({ length: cell.last - cell.first + 1 },
		(_, i) => cell.first + i);
	const sum = (cell, what) => index(cell).reduce((all, i) => all + blocks[what][i], 0);

	/* The indexes of those that the chosen row consists of */
	const chosen = () => new Set((state.chosen?.rows ?? [state.chosen]).filter(Boolean)
		.map((row) => row.index));
	const holds = (indexes, i) => indexes.has(blocks.by[i]) ||
		[...pins.get(i)?.keys() ?? []].some((index) => indexes.has(index));

	function draw() {
		const marked = chosen();
		const context = canvas.getContext("2d");
		const ratio = window.devicePixelRatio || 1;
		const text = getComputedStyle(document.body).color;
		const edge = size > 6 ? 1 : 0;

		canvas.width = (LABEL + columns * size + 2) * ratio;
		canvas.height = height * ratio;
		canvas.style.width = `${LABEL + columns * size + 2}px`;
		canvas.style.height = `${height}px`;
		context.scale(ratio, ratio);
		context.font = "11px system-ui, sans-serif";
		context.textBaseline = "middle";
		for (const row of rows) {
			if (row.label) {
				context.fillStyle = text;
				context.fillText(hex(pfn(row.line * columns * scale)), 0, row.y + size / 2 + 1);
			}
			for (const cell of row.cells.values()) {
				const x = LABEL + cell.column * size, y = row.y + 1;
				const all = index(cell);
				const full = sum(cell, "pages") / (all.length * 2 ** order);

				context.globalAlpha = 0.25 + 0.75 * Math.min(1, full);
				context.fillStyle = all.some((i) => blocks.by[i] !== -1) ? PINNED :
					COLORS[typeOf(cell.first)];
				context.fillRect(x, y, size - edge, size - edge);
				context.globalAlpha = 1;
				if (size > 6 && all.some(isMixed)) {
					context.fillStyle = text;
					context.fillRect(x + size - edge - 3, y, 3, 3);
				}
				if (marked.size && all.some((i) => holds(marked, i)))
					frame(context, x, y, text, 1);
				if (cell === current)
					frame(context, x, y, text, 2);
			}
		}
	}

	function frame(context, x, y, color, width) {
		context.strokeStyle = color;
		context.lineWidth = width;
		context.strokeRect(x - 0.5, y - 0.5, size, size);
	}

	function holderText(by) {
		const row = holders.get(by);

		if (by === -1)
			return "";
		if (by === -2)
			return "; pinned by several";
		if (by === -3)
			return "; pinned only by what is not selected";
		if (!row)
			return "; pinned by one alone, which is not in this report";
		return `; pinned by ${nameOf(data, row)} alone`;
	}

	function describe(cell) {
		if (!cell)
			return "";
		const all = index(cell), pages = sum(cell, "pages");
		const from = blocks.number[cell.first], to = blocks.number[cell.last];
		const by = new Set(all.map((i) => blocks.by[i]).filter((n) => n !== -1));

		return `PFN ${hex(pfn(from))} to ${hex(pfn(to + 1) - 1)}${zoneText(cell.row.zone)}: ` +
			(all.length > 1 ? `${all.length} pageblocks, ` : "") +
			[...new Set(all.map((i) => types[typeOf(i)]))].join(" and ") +
			(all.some(isMixed) ? ", mixed" : "") +
			`, ${quantity(pages, "pages")} of ${quantity(all.length * 2 ** order, "pages")} pages, ` +
			`${quantity(sum(cell, "pinning"), "pages")} cannot move` +
			(by.size > 1 ? "; pinned by several" : holderText(by.size ? [...by][0] : -1));
	}

	/* The pages by which each holder pins a cell, most first; -1: what is not selected,
	 * undefined: holders that are not in this report */
	function pinsOf(cell) {
		const sums = new Map();
		const add = (index, pages) => {
			const known = index === -1 || holders.has(index) ? index : undefined;

			sums.set(known, (sums.get(known) ?? 0) + pages);
		};

		for (const i of index(cell)) {
			if (pins.has(i))
				pins.get(i).forEach((pages, holder) => add(holder, pages));
			else if (blocks.by[i] !== -1)	/* a report without them */
				add(blocks.by[i] === -3 ? -1 : blocks.by[i], blocks.pinning[i]);
		}
		return [...sums].sort(([, a], [, b]) => b - a);
	}

	/* What tells two stacks of an owner apart, as a rule */
	const callers = (row) => !data.hasStacks ? [] : row.frames
		.slice(0, -row.inner - 1).reverse().map((id) => data.texts[id]);

	/* Who pins the chosen cell; a click on one of them shows its stack. */
	function list() {
		const box = element("pins");

		box.replaceChildren();
		if (!current)
			return;
		for (const [holder, pages] of pinsOf(current)) {
			const item = box.appendChild(document.createElement("li"));
			const row = holders.get(holder);
			const name = row ? nameOf(data, row) : holder === -1 ?
				"what is not selected" : "others, which are not in this report";
			const line = row ? item.appendChild(document.createElement("button")) : item;

			line.textContent = `${quantity(pages, "pages")} page${pages === 1 ? "" : "s"}: ` +
				[name, ...row ? callers(row) : []].join(" ← ");
			line.title = line.textContent;
			if (!row)
				continue;
			line.type = "button";
			line.addEventListener("click", () => choose(row, true));
		}
		if (!box.firstChild)
			box.appendChild(document.createElement("li")).textContent = "Nothing pins it.";
	}

	function look(cell, keep) {
		element("cell").textContent = describe(cell);
		if (keep) {
			current = cell;
			list();
			draw();
		}
	}

	function cellAt(event) {
		const { left, top } = canvas.getBoundingClientRect();
		const x = event.clientX - left - LABEL, y = event.clientY - top;
		const row = x >= 0 && rows.find((r) => y >= r.y && y < r.y + size + 1);

		return (row && row.cells.get(Math.floor(x / size))) || null;
	}

	/* To the next cell that holds something */
	function step(key) {
		const at = rows.indexOf(current.row), cells = [...current.row.cells.values()];
		const i = cells.indexOf(current);

		if (key === "ArrowLeft")
			return cells[i - 1] ?? [...rows[at - 1]?.cells.values() ?? []].at(-1) ?? current;
		if (key === "ArrowRight")
			return cells[i + 1] ?? rows[at + 1]?.cells.values().next().value ?? current;
		const next = rows[at + (key === "ArrowUp" ? -1 : 1)];

		return !next ? current : [...next.cells.values()].reduce((best, cell) =>
			Math.abs(cell.column - current.column) < Math.abs(best.column - current.column) ?
				cell : best);
	}

	/* The row of the one that pins most of the chosen cell */
	function pick() {
		const row = current && pinsOf(current).map(([index]) => holders.get(index)).find(Boolean);

		if (row)
			choose(row, false);
	}

	function legend() {
		const used = new Set(blocks.type.map((type) => type & 7));
		const list = element("legend");

		for (const [color, name] of [...COLORS.map((c, i) => [c, types[i]]).filter((_, i) =>
			used.has(i)), [PINNED, "movable, but pinned"]]) {
			const item = list.appendChild(document.createElement("span"));
			const mark = item.appendChild(document.createElement("i"));

			mark.style.background = color;
			item.appendChild(document.createTextNode(name));
		}
		list.appendChild(document.createElement("span")).textContent =
			"fuller is darker; a corner: mixed";
	}

	box.hidden = false;
	legend();
	canvas.addEventListener("mousemove", (event) => look(cellAt(event) ?? current));
	canvas.addEventListener("mouseleave", () => look(current));
	canvas.addEventListener("click", (event) => {
		look(cellAt(event), true);
		pick();
	});
	canvas.addEventListener("keydown", (event) => {
		if (event.key === "Enter")
			pick();
		else if (event.key.startsWith("Arrow") && rows.length)
			look(current ? step(event.key) : rows[0].cells.values().next().value, true);
		else
			return;
		event.preventDefault();
	});
	matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
	return {
		draw,
		resize() {
			current = null;
			place();
			look(null, true);
		},
	};
}
