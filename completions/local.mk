# SPDX-License-Identifier: LGPL-2.1-or-later

bashcompletiondir = $(datadir)/bash-completion/completions
dist_bashcompletion_DATA = \
	completions/pageowner-capture.bash \
	completions/pageowner-diff.bash \
	completions/pageowner-frag.bash \
	completions/pageowner-sort.bash \
	completions/pageowner-stacks-top.bash

zshcompletiondir = $(datadir)/zsh/site-functions
dist_zshcompletion_DATA = \
	completions/_pageowner-capture \
	completions/_pageowner-diff \
	completions/_pageowner-frag \
	completions/_pageowner-sort \
	completions/_pageowner-stacks-top

fishcompletiondir = $(datadir)/fish/vendor_completions.d
dist_fishcompletion_DATA = \
	completions/pageowner-capture.fish \
	completions/pageowner-diff.fish \
	completions/pageowner-frag.fish \
	completions/pageowner-sort.fish \
	completions/pageowner-stacks-top.fish
