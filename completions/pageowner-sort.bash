# SPDX-License-Identifier: LGPL-2.1-or-later
# bash completion for pageowner-sort

# Candidates for the last item of a comma list: $1 prefix allowed before an
# item ("[+-]" or empty), the rest are the items.
_pageowner_sort_list() {
	local signs=$1 head='' item=$cur
	shift
	if [[ $cur == *,* ]]; then
		head=${cur%,*},
		item=${cur##*,}
	fi
	if [[ -n $signs && $item == $signs* ]]; then
		head+=${item:0:1}
		item=${item:1}
	fi
	mapfile -t COMPREPLY < <(compgen -P "$head" -W "$*" -- "$item")
	compopt -o nospace
}

_pageowner_sort() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
	local cull="stacktrace callstack pid tgid name allocator free module
		owner order gfp migratetype blocktype node zone memcg times pages"
	local options="--sort= --cull= --pid= --tgid= --name= --order= --node=
		--module= --memcg= --migratetype= --frame= --top= --jobs= --max-memory=
		--plumbing= --format= --page-size= --output= --kernel-labels --records --quiet --help --version
		-a -m -M -n -p -P -r -s -t -f -o -q -h -V"

	COMPREPLY=()
	# "=" is a word of its own: --sort = na
	if [[ $cur == = ]]; then
		cur=
	elif [[ $prev == = ]]; then
		prev=${COMP_WORDS[COMP_CWORD-2]}
	fi
	case $prev in
	--sort)
		_pageowner_sort_list '[+-]' "$cull txt alloc_ts free_ts"
		return ;;
	--cull)
		_pageowner_sort_list '' "$cull"
		return ;;
	--format)
		mapfile -t COMPREPLY < <(compgen -W "text json ndjson csv folded html speedscope pprof prometheus report sqlite help" -- "$cur")
		return ;;
	--migratetype)
		_pageowner_sort_list '' \
			Unmovable Movable Reclaimable HighAtomic CMA Isolate
		return ;;
	--name)
		_pageowner_sort_list '' \
			"$(ps -eo comm= 2>/dev/null | grep -v '[^[:alnum:]_.-]' | sort -u)"
		return ;;
	--module)
		_pageowner_sort_list '' "$(cut -d ' ' -f 1 /proc/modules 2>/dev/null)"
		return ;;
	--pid|--tgid|--order|--node|--memcg|--frame|--top|--jobs|--max-memory|--plumbing|--page-size)
		return ;;
	esac
	if [[ $cur == -* && $prev != -o && $prev != --output ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur")
		[[ ${COMPREPLY[0]} == *= ]] && compopt -o nospace
		return
	fi
	compopt -o filenames
	mapfile -t COMPREPLY < <(compgen -f -- "$cur")
}

complete -F _pageowner_sort pageowner-sort
