# make           everything: the BPF programs, then the agent
# make test      all tests (as root: they load the programs into the kernel)
# make run       the monitor on this node, with the shipped rules
# make install   the agent, the rules and a default configuration, below $(DESTDIR)$(PREFIX)

BPF_CLANG ?= clang
BPF_OBJCOPY ?= llvm-objcopy
BPF_FLAGS = -std=gnu17 -O2 -g -target bpf -mcpu=v3 -Wall -Wextra -Werror -Wno-unused-parameter \
  -Wno-address-of-packed-member -Ibpf/abi/include -Ibpf/lib

BPF_BUILD = bpf/objects/build
BPF_OBJECTS = $(patsubst bpf/programs/%.bpf.c,$(BPF_BUILD)/%.bpf.o,$(wildcard bpf/programs/*.bpf.c))

.PHONY: all bpf
all: bpf
	swift build -c release

bpf: $(BPF_OBJECTS)

# DWARF goes, BTF stays: the kernel's structures are found by it.
$(BPF_BUILD)/%.bpf.o: bpf/programs/%.bpf.c $(wildcard bpf/lib/*.h bpf/abi/include/*.h) Makefile
	@mkdir -p $(@D)
	$(BPF_CLANG) $(BPF_FLAGS) -c $< -o $@.tmp
	$(BPF_OBJCOPY) --strip-debug $@.tmp
	@mv $@.tmp $@
