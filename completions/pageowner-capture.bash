# SPDX-License-Identifier: LGPL-2.1-or-later
# bash completion for pageowner-capture

_pageowner_capture() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
	local options="--stacks --handles --jobs= --resume --compress= --interval=
		--count= --mode= --node= --timeout= --force --plain --output= --quiet
		--help --version -o -q -h -V"
	local words=

	COMPREPLY=()
	# "=" is a word of its own: --mode = st
	if [[ $cur == = ]]; then
		cur=
	elif [[ $prev == = ]]; then
		prev=${COMP_WORDS[COMP_CWORD-2]}
	fi
	case $prev in
	--compress) words="none gz zst" ;;
	--mode) words="stack handle stack_handle" ;;
	--interval) words="10s 1m 10m 1h" ;;
	--jobs|--count|--node|--timeout) return ;;
	esac
	if [[ -n $words ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
	elif [[ $cur == -* && $prev != -o && $prev != --output ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur")
		[[ ${COMPREPLY[0]} == *= ]] && compopt -o nospace
	else
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
	fi
}

complete -F _pageowner_capture pageowner-capture
