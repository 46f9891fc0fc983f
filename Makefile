# make           everything: the BPF programs, then the agent, one executable
# make run       the monitor on this node, as root, with the shipped rules (installs the packages it needs first;
#                ARGS='...' go to `selvage run`)
# make test      all tests, as root: they load programs into the kernel (installs packages as well)
# make fuzz      the parsers of rule files and of their tests on mutated input, SECONDS=600 for each
# make install   the agent, the rules and a default configuration, below $(DESTDIR)
# make bench     what the agent costs
# make clean
#
# On a machine without make: scripts/bootstrap TARGET.

PREFIX ?= /usr/local
SYSCONFDIR ?= /etc
UNITDIR ?= /etc/systemd/system

# The clang and objcopy beside swift: a toolchain brings them, a bare machine has no others.
TOOLCHAIN = $(shell scripts/toolchain)
BPF_CLANG ?= $(TOOLCHAIN)/clang
BPF_OBJCOPY ?= $(TOOLCHAIN)/llvm-objcopy
BPF_FLAGS = -std=gnu17 -O2 -g -target bpf -mcpu=v3 -Wall -Wextra -Werror -Wno-unused-parameter \
  -Wno-address-of-packed-member -Ibpf/abi/include -Ibpf/lib

BPF_BUILD = bpf/objects/build
BPF_OBJECTS = $(patsubst bpf/programs/%.bpf.c,$(BPF_BUILD)/%.bpf.o,$(wildcard bpf/programs/*.bpf.c))

# A node has neither a Swift runtime nor these libraries: a folder that holds only their archives comes first in the
# linker's search. The last two are what libbpf needs.
ARCHIVES = $(patsubst %,.build/archives/lib%.a,bpf elf sqlite3 yaml z zstd)
RELEASE = -c release --static-swift-stdlib -Xlinker -L$(CURDIR)/.build/archives -Xlinker -lelf -Xlinker -lz
AGENT = .build/release/selvage

.PHONY: all spool-trials bpf packages test-packages run check test fuzz install bench clean

all: bpf $(ARCHIVES)
	swift build $(RELEASE) --product selvage

# What the benchmarks run to time the spool.
spool-trials: $(ARCHIVES)
	swift build $(RELEASE) --product SpoolTrials

.build/archives/%.a:
	@mkdir -p $(@D)
	ln -sf $$($(BPF_CLANG) -print-file-name=$*.a) $@
	@test -e $@ || { echo "$*.a is missing: run scripts/install-packages" >&2; rm $@; exit 1; }

bpf: $(BPF_OBJECTS)

# DWARF goes, BTF stays: the kernel's structures are found by it.
$(BPF_BUILD)/%.bpf.o: bpf/programs/%.bpf.c $(wildcard bpf/lib/*.h bpf/abi/include/*.h) Makefile
	@mkdir -p $(@D)
	$(BPF_CLANG) $(BPF_FLAGS) -c $< -o $@.tmp
	$(BPF_OBJCOPY) --strip-debug $@.tmp
	@mv $@.tmp $@

packages:
	@scripts/install-packages

test-packages:
	@scripts/install-packages --test

run: packages
	$(MAKE) all
	$(AGENT) run --rules rules $(ARGS)

# What can be told from the sources alone.
check:
	scripts/check-imports
	scripts/check-words

test: test-packages
	scripts/test

SECONDS ?= 600
fuzz: bpf
	SELVAGE_FUZZ_SECONDS=$(SECONDS) swift test --filter FuzzTests

# Every upgrade replaces the shipped rules, below share/. What the site owns is below $(SYSCONFDIR)/selvage: its
# configuration is only written where there is none, its rules never.
SHARE = $(PREFIX)/share/selvage
DESTINATION = sed -e 's|/usr/local/share/selvage|$(SHARE)|' -e 's|/usr/local/sbin|$(PREFIX)/sbin|' \
  -e 's|/etc/selvage|$(SYSCONFDIR)/selvage|'

install: all
	install -d $(DESTDIR)$(PREFIX)/sbin $(DESTDIR)$(SHARE) $(DESTDIR)$(UNITDIR) \
	  $(DESTDIR)$(PREFIX)/share/bash-completion/completions $(DESTDIR)$(PREFIX)/share/zsh/site-functions \
	  $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
	install -d -m 750 $(DESTDIR)$(SYSCONFDIR)/selvage $(DESTDIR)$(SYSCONFDIR)/selvage/rules
	$(BPF_OBJCOPY) --strip-debug $(AGENT) $(DESTDIR)$(PREFIX)/sbin/selvage.new
	chmod 755 $(DESTDIR)$(PREFIX)/sbin/selvage.new
	mv $(DESTDIR)$(PREFIX)/sbin/selvage.new $(DESTDIR)$(PREFIX)/sbin/selvage
	rm -rf $(DESTDIR)$(SHARE)/rules $(DESTDIR)$(SHARE)/rulesets
	cp -R rules rulesets $(DESTDIR)$(SHARE)
	$(DESTINATION) packaging/selvage.yaml >$(DESTDIR)$(SHARE)/selvage.yaml
	[ -e $(DESTDIR)$(SYSCONFDIR)/selvage/selvage.yaml ] || \
	  install -m 640 $(DESTDIR)$(SHARE)/selvage.yaml $(DESTDIR)$(SYSCONFDIR)/selvage/selvage.yaml
	$(DESTINATION) packaging/selvage.service >$(DESTDIR)$(UNITDIR)/selvage.service
	$(AGENT) --generate-completion-script bash >$(DESTDIR)$(PREFIX)/share/bash-completion/completions/selvage
	$(AGENT) --generate-completion-script zsh >$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_selvage
	$(AGENT) --generate-completion-script fish >$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/selvage.fish

bench: all
	cd Benchmarks && ./run

clean:
	rm -rf $(BPF_BUILD)
	swift package clean
