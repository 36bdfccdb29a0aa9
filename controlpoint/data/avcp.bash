# SPDX-License-Identifier: LGPL-2.1-or-later
# bash completion for avcp and av-controlpoint, which know themselves what may follow. What they say is
# only data here: nothing of it is expanded.
_avcp()
{
	local lines i

	mapfile -t lines < <("$1" complete --timeout 1 --line "${COMP_LINE:0:COMP_POINT}" 2>/dev/null)
	COMPREPLY=("${lines[@]:1}")
	# Quoting is for names that need it: readline would also quote each colon. It leaves the sign of variables and
	# commands as it is, where no quote is open.
	if [[ ${COMPREPLY[*]} == *\$* && ${COMP_WORDS[COMP_CWORD]} != [\"\']* ]]; then
		for i in "${!COMPREPLY[@]}"; do
			printf -v "COMPREPLY[i]" %q "${COMPREPLY[i]}"
		done
	elif [[ ${COMPREPLY[*]} == *[![:alnum:]\ :/=._-]* || ${COMPREPLY[0]} == *\ * ]]; then
		compopt -o filenames
	fi
	if [[ ${lines[0]} == files ]]; then
		compopt -o default
	fi
	if ((${#COMPREPLY[@]} == 1)) && [[ ${COMPREPLY[0]} == *[/=] ]]; then
		compopt -o nospace
	fi
}
complete -F _avcp avcp av-controlpoint
