# SPDX-License-Identifier: LGPL-2.1-or-later
# bash completion for pageowner-stacks-top

_pageowner_stacks_top() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
	local options="--by= --sort= --top= --threshold= --frame= --module= --full
		--page-size= --account --meminfo= --once --replay --delay= --format= --json --color=
		--output= --jobs= --max-memory= --quiet --help --version -d -o -q -h -V"

	COMPREPLY=()
	# "=" is a word of its own: --by = own
	if [[ $cur == = ]]; then
		cur=
	elif [[ $prev == = ]]; then
		prev=${COMP_WORDS[COMP_CWORD-2]}
	fi
	case $prev in
	--by)
		mapfile -t COMPREPLY < <(compgen -W "stack owner module" -- "$cur")
		return ;;
	--sort)
		mapfile -t COMPREPLY < <(compgen -W "size change rate stacks name" -- "$cur")
		return ;;
	--format)
		mapfile -t COMPREPLY < <(compgen -W "table json ndjson csv folded html speedscope pprof prometheus report sqlite help" -- "$cur")
		return ;;
	--color)
		mapfile -t COMPREPLY < <(compgen -W "auto always never" -- "$cur")
		return ;;
	--top | --threshold | --frame | --module | --page-size | --delay | --jobs | --max-memory | -d)
		return ;;
	esac
	if [[ $cur == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur")
		[[ ${COMPREPLY[0]-} == *= ]] && compopt -o nospace
		return
	fi
	compopt -o filenames
	mapfile -t COMPREPLY < <(compgen -f -- "$cur")
}
complete -F _pageowner_stacks_top pageowner-stacks-top
