# SPDX-License-Identifier: LGPL-2.1-or-later
# bash completion for pageowner-diff

_pageowner_diff() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
	local options="--by= --match= --at= --baseline= --suppress= --fail-if-growth=
		--frame= --module= --top= --all --full --page-size= --force
		--format= --json --output= --jobs= --max-memory= --quiet --help --version -o
		-q -h -V"

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
	--match)
		mapfile -t COMPREPLY < <(compgen -W "exact portable" -- "$cur")
		return ;;
	--format)
		mapfile -t COMPREPLY < <(compgen -W "table json ndjson csv folded-diff html help" -- "$cur")
		return ;;
	--at | --fail-if-growth | --frame | --module | --top | --page-size | --jobs | --max-memory)
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
complete -F _pageowner_diff pageowner-diff
