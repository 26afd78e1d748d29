// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * head.js - what the report is of: its title, files and conditions, and the headline,
 * which follows the filter.
 */
import { sum } from "./rows.js";
import { element, quantity } from "./page.js";

const number = (n) => n.toLocaleString("en");

/* Without folders, unless two files differ in nothing else */
function shortNames(files) {
	const names = files.map((file) => /[^/]*$/.exec(file)[0] || file);

	return new Set(names).size < names.length ? files : names;
}

function fileNames(data) {
	const names = shortNames(data.files);

	if (names.length < 3)
		return names.join(data.diff ? " → " : ", ");
	return data.diff ? `${names[0]} → ${names.at(-1)} (${names.length} snapshots)` :
		`${names[0]} and ${number(names.length - 1)} more`;
}

export function makeHead(data, state) {
	const bytes = (pages) => quantity(pages * data.pageSize, "bytes");
	const series = (list, change) => list.map(bytes).join(" → ") +
		(change === null ? ", change unknown" : list.length > 1 ?
			` (${quantity(change * data.pageSize, "bytes", "+")})` : "");
	const percent = (part, all) => `(${(100 * part / (all || 1)).toFixed(1)} %)`;

	function title() {
		const files = fileNames(data);
		const known = new Map(data.conditions);
		const source = [known.get("host"), known.has("kernel") &&
			`Linux ${known.get("kernel")}`, known.get("time")].filter(Boolean);

		document.title = `${files || known.get("host") || "pageowner"} – ${data.title}`;
		element("title").textContent = data.title;
		element("files").textContent = files;
		element("source").textContent = source.join(", ");
		element("warning").textContent = data.conditions.filter(([name]) =>
			name === "incomplete").map(([, why]) => `The capture is incomplete: ${why}`).join("\n");
	}

	function conditions() {
		const files = data.files.map((file, i) => [data.diff ? `snapshot ${i + 1}` : "file",
			data.diff && data.totals[i] !== undefined ?
				`${file}: ${bytes(data.totals[i])}` : file]);

		for (const [name, value] of [...files, ...data.conditions]) {
			const list = element("conditions");

			list.appendChild(document.createElement("dt")).textContent = name;
			list.appendChild(document.createElement("dd")).textContent = value;
		}
	}

	/* "12.0 MiB (4.1 %) of 293.1 MiB" */
	function held() {
		const part = sum(data, state.rows);
		const all = data.totals.at(-1), change = all - data.totals[0];

		if (!state.wanted)
			return data.diff ? series(data.totals, change) : bytes(all);
		if (data.diff)
			return `${series(part.series, part.change)} of ${series(data.totals, change)}`;
		return `${bytes(part.pages)} ${percent(part.pages, all)} of ${bytes(all)}` +
			(data.map ? `; ${bytes(part.pinning)} of it cannot move; ${number(part.alone)} ` +
				"pageblocks pinned by one of these alone" : "");
	}

	function blocks() {
		const { by } = data.map.blocks;
		const pinned = by.filter((holder) => holder !== -1).length;
		const alone = by.filter((holder) => holder >= 0).length;

		return `${number(by.length)} pageblocks of ` +
			`${quantity(data.pageSize * 2 ** data.map.order, "bytes")}, ${number(pinned)} ` +
			`movable ones pinned, ${number(alone)} of these by one alone; `;
	}

	title();
	conditions();
	return {
		draw() {
			const all = data.rows.length;
			const rows = state.wanted ? `${number(state.rows.length)} of ${number(all)}` :
				number(all);

			element("summary").textContent = (data.map && !state.wanted ? blocks() : "") +
				`${held()}; ${rows} ${all === 1 ? "row" : "rows"}` +
				(state.wanted ? ` with “${state.wanted}”` : "") +
				(data.allRows > all ? `, the first of ${number(data.allRows)}` : "");
		},
	};
}
