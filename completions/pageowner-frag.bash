# SPDX-License-Identifier: LGPL-2.1-or-later
# bash completion for pageowner-frag

_pageowner_frag() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
	local options="--by= --sort= --top= --all --full --long-lived= --mixed --block=
		--pfn= --map --map= --scale= --page-size= --format= --json --color=
		--no-color --output= --max-memory= --quiet --help --version -o -q -h -V"

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
		mapfile -t COMPREPLY < <(compgen -W "per-page alone pinned pages" -- "$cur")
		return ;;
	--format)
		mapfile -t COMPREPLY < <(compgen -W "table json html help" -- "$cur")
		return ;;
	--color)
		mapfile -t COMPREPLY < <(compgen -W "auto always never" -- "$cur")
		return ;;
	--top | --long-lived | --block | --pfn | --scale | --page-size | --max-memory)
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
complete -F _pageowner_frag pageowner-frag
