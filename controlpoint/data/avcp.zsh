#compdef avcp av-controlpoint
# SPDX-License-Identifier: LGPL-2.1-or-later
# zsh completion, asked of the program itself.
local -a lines open whole

lines=("${(@f)$("$words[1]" complete --timeout 1 -- "${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
open=("${(@M)lines[2,-1]:#*[/=]}")
whole=("${(@)lines[2,-1]:#*[/=]}")
compadd -U -S '' -a open
compadd -U -a whole
if [[ $lines[1] == files ]]; then
	_files
fi
