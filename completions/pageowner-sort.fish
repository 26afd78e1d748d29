# SPDX-License-Identifier: LGPL-2.1-or-later
# fish completion for pageowner-sort

# Keys behind commas; with "signs" each may have one in front.
function __pageowner_sort_keys
    set -l keys stacktrace callstack pid tgid name allocator free module owner \
        order gfp migratetype blocktype node zone memcg times pages
    set -l token (commandline -ct | string replace -r '^--(sort|cull)=' '')
    set -l head (string match -r '.*,' -- $token)
    set -l item (string replace -r '.*,' '' -- $token)
    set -l sign
    if test "$argv[1]" = signs
        set keys $keys txt alloc_ts free_ts
        set sign (string match -r '^[+-]' -- $item)
    end
    printf "$head$sign%s\n" $keys
end

complete -c pageowner-sort -s t -d 'Sort by times, most first'
complete -c pageowner-sort -s m -d 'Sort by memory, most first'
complete -c pageowner-sort -s a -d 'Sort by time of allocation'
complete -c pageowner-sort -s r -d 'Sort by time of release'
complete -c pageowner-sort -s p -d 'Sort by process ID'
complete -c pageowner-sort -s P -d 'Sort by thread group ID'
complete -c pageowner-sort -s n -d 'Sort by task name'
complete -c pageowner-sort -s s -d 'Sort by stack trace'
complete -c pageowner-sort -s M -d 'Sort by kernel module'
complete -c pageowner-sort -l sort -x -a '(__pageowner_sort_keys signs)' -d 'Sort by these keys'
complete -c pageowner-sort -l cull -x -a '(__pageowner_sort_keys)' -d 'Group by these keys'
complete -c pageowner-sort -l pid -x -a '(__fish_complete_pids)' -d 'Select process IDs'
complete -c pageowner-sort -l tgid -x -a '(__fish_complete_pids)' -d 'Select thread group IDs'
complete -c pageowner-sort -l name -x -d 'Select task names'
complete -c pageowner-sort -l order -x -d 'Select orders'
complete -c pageowner-sort -l node -x -d 'Select NUMA nodes'
complete -c pageowner-sort -l module -x -a "(string replace -r ' .*' '' </proc/modules)" -d 'Select kernel modules'
complete -c pageowner-sort -l memcg -x -d 'Select memory cgroups'
complete -c pageowner-sort -l migratetype -x -a 'Unmovable Movable Reclaimable HighAtomic CMA Isolate' -d 'Select migratetypes'
complete -c pageowner-sort -l frame -x -d 'Select by a function in the stack'
complete -c pageowner-sort -s f -d 'Drop records that were released'
complete -c pageowner-sort -l top -x -d 'Write only the first groups'
complete -c pageowner-sort -l plumbing -x -d 'Functions that are never owners'
complete -c pageowner-sort -l kernel-labels -d 'Say SLAB by the page flags alone'
complete -c pageowner-sort -l jobs -x -d 'Number of threads'
complete -c pageowner-sort -l max-memory -x -d 'Bound of the memory for the input'
complete -c pageowner-sort -l records -d 'A row for each record, with --format=csv, ndjson or sqlite'
complete -c pageowner-sort -l format -x -a 'text json ndjson csv folded html speedscope pprof prometheus report sqlite help' -d 'Of the report'
complete -c pageowner-sort -l page-size -x -d 'Bytes of a page'
complete -c pageowner-sort -s o -l output -r -F -d 'Output file'
complete -c pageowner-sort -s q -l quiet -d 'No progress and no notes'
complete -c pageowner-sort -s h -l help -d 'Print a summary'
complete -c pageowner-sort -s V -l version -d 'Print the version'
