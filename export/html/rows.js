// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * rows.js - the report's JSON (see html.c) as rows: { pages, times, frames, keys } of a
 * profile, { series, change, frames, keys } of a diff, { index, pinned, alone, pages,
 * pinning, age, frames, keys } of pageblocks. frames (from the root on) and keys are
 * numbers of texts.
 */
import { visible } from "./page.js";

/* What differs from kind to kind: what a row can measure, and how it is written */
const KINDS = {
	profile: {
		measures: ["held"],
		row: ([pages, times, frames, ...keys]) => ({ pages, times, frames, keys }),
	},
	diff: {
		measures: ["last", "first", "change"],
		row: ([series, change, frames, ...keys]) => ({ series, change, frames, keys }),
	},
	pageblocks: {
		measures: ["pinned alone", "cannot move", "held"],
		row: ([index, pinned, alone, pages, pinning, age, frames, ...keys]) =>
			({ index, pinned, alone, pages, pinning, age, frames, keys }),
	},
};

/* The pageblocks, a list of each of the six numbers they are written as */
function loadMap({ blocks, zones, types, order }) {
	const part = (at) => blocks.filter((_, i) => i % 6 === at);
	let number = 0;

	return {
		zones, types, order,
		blocks: {
			number: part(0).map((distance) => number += distance),
			zone: part(1), type: part(2), pages: part(3), pinning: part(4), by: part(5),
		},
	};
}

export function load(json) {
	const kind = KINDS[json.kind];
	const texts = json.texts.map(visible);

	return {
		diff: json.kind === "diff", map: json.blocks && loadMap(json), texts,
		title: visible(json.title), pageSize: json.page_size, keys: json.keys,
		totals: json.totals, allRows: json.all_rows, hasStacks: json.has_stacks,
		conditions: json.conditions.map((pair) => pair.map(visible)),
		measures: kind.measures,
		units: ["bytes", "pages", ...(json.has_times ? ["allocations"] : [])],
		rows: json.rows.map(kind.row),
	};
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
