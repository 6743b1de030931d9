# SPDX-License-Identifier: ISC
# Tarballs and packages; included by the Makefile.
DIST ?= .
dist:                       ## pack the committed sources, and static programs for images, into DIST (.)
	@.make/dist $(DIST) $(VERSION) build-static
# With READY=1, the programs in build/ are packaged as they are.
deb:                        ## build Debian packages into build/deb/
	@.make/need package
	@.make/deb $B/deb $(VERSION) $(if $(READY),$(abspath $B))
	@$(if $(READY),:,! command -v lintian >/dev/null || lintian --allow-root --fail-on error,warning $B/deb/*.deb)
