// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * rows.js - the report's JSON (see html.c) as rows: { pages, times } of a profile,
 * { series, change } of a diff, { index, pinned, alone, pages, pinning, age } of
 * pageblocks; each with { frames, inner, keys }. frames (from the root on) and keys are
 * numbers of texts, keys null if absent; the last "inner" frames are plumbing.
 */
import { visible } from "./page.js";

/* What differs from kind to kind: what a row can measure, and how it is written */
const KINDS = {
	profile: {
		measures: ["held"],
		row: ([pages, times, inner, frames, ...keys]) =>
			({ pages, times, inner, frames, keys }),
	},
	diff: {
		measures: ["last", "first", "change"],
		row: ([series, change, inner, frames, ...keys]) =>
			({ series, change, inner, frames, keys }),
	},
	pageblocks: {
		measures: ["pinned alone", "cannot move", "held"],
		row: ([index, pinned, alone, pages, pinning, age, inner, frames, ...keys]) =>
			({ index, pinned, alone, pages, pinning, age, inner, frames, keys }),
	},
};

/* Keys in the order in which one is a part of the one before */
const OUTER = ["memcg", "node", "zone", "name", "tgid", "pid"], INNER = ["module", "owner"];

const rank = (name) => OUTER.includes(name) ? OUTER.indexOf(name) - OUTER.length :
	INNER.indexOf(name) + 1;

/* The pageblocks, a list of each of the six numbers they are written as */
function loadMap({ blocks, pins, zones, types, order }) {
	const part = (at) => blocks.filter((_, i) => i % 6 === at);
	const holders = new Map();
	let number = 0, block = 0;

	for (let i = 0; i < pins.length; i += 3) {
		block += pins[i];
		if (!holders.has(block))
			holders.set(block, new Map());
		holders.get(block).set(pins[i + 1], pins[i + 2]);
	}
	return {
		zones, types, order,
		/* By pageblock that is pinned: the pages of each holder, by its index */
		pins: holders,
		blocks: {
			number: part(0).map((distance) => number += distance),
			zone: part(1), type: part(2), pages: part(3), pinning: part(4), by: part(5),
		},
	};
}

export function load(json) {
	const kind = KINDS[json.kind];
	const texts = json.texts.map(visible);
	const order = json.keys.map((_, i) => i).sort((a, b) => rank(json.keys[a]) - rank(json.keys[b]));
	const rows = json.rows.map(kind.row);

	for (const row of rows)
		row.keys = order.map((i) => row.keys[i]);
	return {
		diff: json.kind === "diff", map: json.blocks && loadMap(json), texts, rows,
		title: visible(json.title), files: json.files.map(visible),
		pageSize: json.page_size, totals: json.totals, allRows: json.all_rows,
		keys: order.map((i) => json.keys[i]), hasStacks: json.has_stacks,
		/* Keys that some row has, and those of them that are numbers */
		used: order.map((_, k) => rows.some((row) => row.keys[k] !== null)),
		numeric: order.map((_, k) => rows.every((row) =>
			row.keys[k] === null || /^-?\d{1,15}$/.test(texts[row.keys[k]]))),
		conditions: json.conditions.map((pair) => pair.map(visible)),
		measures: kind.measures,
		units: ["bytes", "pages", ...(json.has_times ? ["allocations"] : [])],
	};
}

/* What stands for an absent key where a row is known by nothing else */
export const absent = (name) => ({ module: "(kernel)", owner: "(no owner)" })[name] ?? "-";

/* A row in one word: its owner and module, or the one of them that it has */
export function nameOf(data, row) {
	const [owner, module] = ["owner", "module"].map((name) =>
		row.keys[data.keys.indexOf(name)]).map((id) => id ?? null);

	if (!data.keys.includes("owner"))
		return module === null ? absent("module") : data.texts[module];
	return (owner === null ? absent("owner") : data.texts[owner]) +
		(module === null ? "" : ` [${data.texts[module]}]`);
}

/* What a row measures: its width in the graph */
export function valueOf(data, state, row) {
	const factor = state.unit === "bytes" ? data.pageSize : 1;

	if (data.map)
		return factor * (state.measure === "pinned alone" ? row.alone * 2 ** data.map.order :
			state.measure === "held" ? row.pages : row.pinning);
	if (data.diff)
		return factor * (state.measure === "change" ? Math.abs(row.change ?? 0) :
			row.series.at(state.measure === "first" ? 0 : -1));
	return state.unit === "allocations" ? row.times ?? 0 : factor * (row.pages ?? 0);
}

/* In the unit of the report, null where it is unknown */
export function changeOf(data, state, row) {
	return row.change === null ? null :
		row.change * (state.unit === "bytes" ? data.pageSize : 1);
}

/* A sum of rows; a change is unknown if one of them is */
export function sum(data, rows) {
	const all = { pages: 0, times: 0, pinning: 0, alone: 0, change: 0,
		series: data.totals.map(() => 0) };

	for (const row of rows) {
		for (const name of ["pages", "times", "pinning", "alone"])
			all[name] += row[name] ?? 0;
		all.change = all.change === null || row.change === null ? null :
			all.change + row.change;
		row.series?.forEach((pages, i) => { all.series[i] += pages; });
	}
	return all;
}

/* One row for all that have a key in common: the sums, and the rows themselves */
export function together(data, state) {
	const groups = new Map();

	for (const row of state.rows) {
		const key = row.keys[state.by];

		if (groups.has(key))
			groups.get(key).push(row);
		else
			groups.set(key, [row]);
	}
	return [...groups].map(([key, rows]) => {
		const keys = data.keys.map(() => null);

		keys[state.by] = key;
		return { ...sum(data, rows), keys, rows, frames: [], inner: 0, count: rows.length };
	});
}
