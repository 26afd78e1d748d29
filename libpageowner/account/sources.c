// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * sources.c - the one table of files that an account is made from, and how one is read:
 * line after line, those that are damaged are counted.
 *
 * Where they are is known to machine.c, what they say to the parsers.
 */
#include "account/source.h"

#include "account/state.h"

#define SOURCE(id, called, in, reader, ...) \
	[PAGEOWNER_ACCOUNT_##id] = { \
		.name = (called), .path = (in), .line = (reader), ##__VA_ARGS__ }

const struct po_source po_sources[PO_ACCOUNT_SOURCES] = {
	SOURCE(MEMINFO, "meminfo", "proc/meminfo", NULL),
	SOURCE(SLABINFO, "slabinfo", "proc/slabinfo", po_slabinfo_line),
	SOURCE(VMALLOCINFO, "vmallocinfo", "proc/vmallocinfo", po_vmallocinfo_line),
	SOURCE(ZONEINFO, "zoneinfo", "proc/zoneinfo", po_zoneinfo_line),
	SOURCE(BUDDYINFO, "buddyinfo", "proc/buddyinfo", po_buddyinfo_line),
	SOURCE(VMSTAT, "vmstat", "proc/vmstat", po_vmstat_line),
	SOURCE(ZRAM, "zram", "sys/block/*/mm_stat", po_zram_line),
	SOURCE(ARCSTATS, "arcstats", "proc/spl/kstat/zfs/arcstats", po_arcstats_line),
	SOURCE(HUGEPAGES, "hugepages", "sys/kernel/mm/hugepages/*/nr_hugepages",
	       po_hugepages_line),
	SOURCE(FREE_HUGEPAGES, "free_hugepages", "sys/kernel/mm/hugepages/*/free_hugepages",
	       po_free_hugepages_line),
	SOURCE(KSM, "ksm", "sys/kernel/mm/ksm/pages_shared", po_ksm_line),
	SOURCE(MOUNTS, "mounts", "proc/self/mountinfo", po_mounts_line,
	       .other_path = "proc/mounts"),
	SOURCE(TMPFS, "tmpfs", "df", po_df_line),
	SOURCE(SYSVIPC, "sysvipc", "proc/sysvipc/shm", po_sysvipc_line),
	SOURCE(PROCESSES, "processes", "proc/*/status", po_status_line,
	       .is_of_processes = true),
	SOURCE(CGROUPS, "cgroups", "proc/cgroups", po_cgroups_line),
	SOURCE(CGROUP_STAT, "cgroup_stat", "sys/fs/cgroup/cgroup.stat", po_cgroup_stat_line,
	       .other_path = "sys/fs/cgroup/unified/cgroup.stat"),
	SOURCE(MEMORY_STAT, "memory_stat", "sys/fs/cgroup/memory.stat", po_memory_stat_line,
	       .other_path = "sys/fs/cgroup/memory/memory.stat"),
	SOURCE(DMA_BUF, "dma_buf", "sys/kernel/debug/dma_buf/bufinfo", po_dma_buf_line),
	SOURCE(DMA_BUF_SIZES, "dma_buf_sizes", "sys/kernel/dmabuf/buffers/*/size",
	       po_dma_buf_size_line),
	SOURCE(DRM, "drm", "proc/*/fdinfo/*", po_drm_line,
	       .is_of_processes = true),
	SOURCE(IOMEM, "iomem", "proc/iomem", po_iomem_line),
	SOURCE(ALLOCINFO, "allocinfo", "proc/allocinfo", po_allocinfo_line),
	SOURCE(ZSWAP_POOL, "zswap", "sys/kernel/debug/zswap/pool_total_size", po_zswap_line),
	SOURCE(SOCKSTAT, "sockstat", "proc/net/sockstat", po_sockstat_line),
	SOURCE(NODE_HUGEPAGES, "node_hugepages", "sys/devices/system/node/*/hugepages/*/nr_hugepages",
	       po_node_hugepages_line),
};

void po_source_begin(struct po_source_reader *r, struct pageowner_account *a,
		     enum pageowner_account_source source, const char *instance)
{
	*r = (struct po_source_reader){
		.account = a, .source = &po_sources[source],
		.file = {
			.facts = &a->sums.facts, .parts = &a->parts,
			.instance = po_text_of(instance ? instance : ""),
		},
	};
}

void po_source_skip_line(struct po_source_reader *r)
{
	r->lines++;
	if (!r->bad_lines++)
		r->first_bad = r->lines;
}

int po_source_read(struct po_source_reader *r, struct pageowner_text text)
{
	struct po_cursor c = { text.ptr, text.ptr + text.len };
	struct pageowner_text line;
	int ret;

	while (po_left(&c)) {
		if (!po_take_until(&c, '\n', &line)) {
			/* Its last number may be cut. */
			po_source_skip_line(r);
			break;
		}
		c.at++;
		if (line.len && line.ptr[line.len - 1] == '\r')
			line.len--;
		ret = r->source->line(&r->file, line);
		if (ret == -ENOMEM)
			return ret;
		if (ret == -EBADMSG)
			po_source_skip_line(r);
		else
			r->lines++;
	}
	return 0;
}

static enum pageowner_account_state state_of(const struct po_source_reader *r, int error)
{
	if (error == -EACCES || error == -EPERM)
		return PAGEOWNER_ACCOUNT_REFUSED;
	if (error == -ENOENT || error == -ENOTDIR)
		return PAGEOWNER_ACCOUNT_ABSENT;
	if (error)
		return PAGEOWNER_ACCOUNT_FAILED;
	return r->bad_lines ? PAGEOWNER_ACCOUNT_DAMAGED : PAGEOWNER_ACCOUNT_READ;
}

/* Whether a file of one kind is worse than those before */
static bool is_worse(enum pageowner_account_state state, enum pageowner_account_state old)
{
	if (old == PAGEOWNER_ACCOUNT_UNREAD || old == PAGEOWNER_ACCOUNT_ABSENT)
		return true;
	return state != PAGEOWNER_ACCOUNT_ABSENT && state > old;
}

void po_source_end(struct po_source_reader *r, int error)
{
	struct pageowner_account_file *file = &r->account->files[r->source - po_sources];
	const enum pageowner_account_state state = state_of(r, error);

	if (is_worse(state, file->state)) {
		file->state = state;
		file->error = state == PAGEOWNER_ACCOUNT_REFUSED ||
			state == PAGEOWNER_ACCOUNT_FAILED ? -error : 0;
	}
	if (file->source == PAGEOWNER_ACCOUNT_VMALLOCINFO)
		r->account->sums.has_areas |= r->lines > r->bad_lines;
	if (r->bad_lines && !file->bad_lines)
		file->first_bad_line = r->first_bad;
	file->lines = po_add_or_stay(file->lines, r->lines);
	file->bad_lines = po_add_or_stay(file->bad_lines, r->bad_lines);
}

PO_EXPORT int pageowner_account_add_source(struct pageowner_account *a,
					   enum pageowner_account_source source,
					   const char *instance, struct pageowner_text text)
{
	struct po_source_reader reader;
	int ret;

	if ((unsigned int)source >= PO_ACCOUNT_SOURCES)
		return po_account_fail(a, -EINVAL, "there is no such source");
	if (source == PAGEOWNER_ACCOUNT_MEMINFO)
		return pageowner_account_add_meminfo(a, text);
	a->error[0] = '\0';
	po_budget_begin(&a->budget);
	po_source_begin(&reader, a, source, instance);
	ret = po_source_read(&reader, text);
	po_source_end(&reader, 0);
	return po_account_finish(a, ret);
}
