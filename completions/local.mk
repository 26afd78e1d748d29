# SPDX-License-Identifier: LGPL-2.1-or-later

# Printed by the tools, from their tables of options.
completed_tools = pageowner-account pageowner-capture pageowner-diff pageowner-frag \
	pageowner-sort pageowner-stacks-top

bashcompletiondir = $(datadir)/bash-completion/completions
bashcompletion_DATA = $(completed_tools:%=completions/%.bash)
zshcompletiondir = $(datadir)/zsh/site-functions
zshcompletion_DATA = $(completed_tools:%=completions/_%)
fishcompletiondir = $(datadir)/fish/vendor_completions.d
fishcompletion_DATA = $(completed_tools:%=completions/%.fish)
CLEANFILES += $(bashcompletion_DATA) $(zshcompletion_DATA) $(fishcompletion_DATA)

# A tool that cannot run here is asked by the shell that needs it.
if CROSS_COMPILING
print_bash = echo 'eval "$$($* --print-options=bash)"'
print_zsh = printf '%s\n' '\#compdef $*' 'eval "$$($* --print-options=zsh)"'
print_fish = echo '$* --print-options=fish | source'
else
print_bash = $< --print-options=bash
print_zsh = $< --print-options=zsh
print_fish = $< --print-options=fish
endif

$(bashcompletion_DATA): completions/%.bash: tools/%$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) $(@D) && $(print_bash) >$@.new && mv $@.new $@
$(zshcompletion_DATA): completions/_%: tools/%$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) $(@D) && $(print_zsh) >$@.new && mv $@.new $@
$(fishcompletion_DATA): completions/%.fish: tools/%$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) $(@D) && $(print_fish) >$@.new && mv $@.new $@

