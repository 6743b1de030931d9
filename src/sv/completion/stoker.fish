# SPDX-License-Identifier: ISC
# Completion of sv, svlog and svscan in fish: sv knows what may follow. Where it knows nothing, fish
# completes the names of files.
function __stoker_complete
    set -l words (commandline -opc)
    set -l last (commandline -ct)
    set -l found (command sv complete $words "$last" 2>/dev/null)
    if set -q found[1]
        string join \n -- $found
    else
        __fish_complete_path "$last"
    end
end
for program in sv svlog svscan
    complete -c $program -f -a '(__stoker_complete)'
end
