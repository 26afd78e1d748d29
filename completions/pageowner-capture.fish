# SPDX-License-Identifier: LGPL-2.1-or-later
# fish completion for pageowner-capture

complete -c pageowner-capture -l stacks -d 'Pages by stack instead of each allocation'
complete -c pageowner-capture -l handles -d 'Stacks and pages by number'
complete -c pageowner-capture -l jobs -x -d 'Read with so many processes'
complete -c pageowner-capture -l resume -d 'Go on with FILE.part'
complete -c pageowner-capture -l compress -x -a 'none gz zst' -d 'How to compress'
complete -c pageowner-capture -l interval -x -a '10s 1m 10m 1h' -d 'Take a series'
complete -c pageowner-capture -l count -x -d 'Stop after so many'
complete -c pageowner-capture -l mode -x -a 'stack handle stack_handle' -d 'What the kernel writes'
complete -c pageowner-capture -l node -x -d 'Only pages of these NUMA nodes'
complete -c pageowner-capture -l timeout -x -d 'Give up when nothing comes'
complete -c pageowner-capture -l force -d 'Read although this kernel may not survive it'
complete -c pageowner-capture -l plain -d "The kernel's text alone"
complete -c pageowner-capture -s o -l output -r -d 'Instead of FILE'
complete -c pageowner-capture -s q -l quiet -d 'No progress and no notes'
complete -c pageowner-capture -s h -l help -d 'Help'
complete -c pageowner-capture -s V -l version -d 'Version'
