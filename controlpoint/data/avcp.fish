# SPDX-License-Identifier: LGPL-2.1-or-later
# fish completion, asked of the program itself.
function __avcp_complete
    # -x, words as the program would get them, is new in fish 3.7
    set -l words (commandline -xpc 2>/dev/null; or commandline -opc)
    set -l typed (string unescape -- (commandline -ct); or commandline -ct)
    set -l lines ($words[1] complete --timeout 1 -- $words[2..-1] "$typed" 2>/dev/null)
    printf '%s\n' $lines[2..-1]
    if test "$lines[1]" = files
        __fish_complete_path (commandline -ct)
    end
end

complete -c avcp -f -a '(__avcp_complete)'
complete -c av-controlpoint -f -a '(__avcp_complete)'
