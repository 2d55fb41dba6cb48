# The interpreter of a packed Program (src/pack.ts), x86-64. It has no data, no stack frame of its own and makes no system
# call but those of the table, so that the same bytes serve in a new process and as a C function in the calling thread,
# even while a vfork(2) child runs on the same memory.
#
# A table is a header of 32 bytes and instructions of 88 bytes.
#   header       +0 where to go on after a failed call: an instruction's address
#                +8 how far from the table the failed instruction is   +16 its -errno   +24 scratch
#   all          +0 kind, 32 bits: 0 CALL, 1 JEQ, 2 JLT, 3 ADD, 4 END
#   CALL         +4 indirect arguments, 32 bits, a bit each: the argument is the word at the address
#                +8 number   +16 six arguments   +64 address for the result
#                +72 errors to ignore, a bit each: bit 0 is for those above 127
#   JEQ, JLT     +16 address a   +24 value v   +32 mask m   +64 address t:    if ((*a & m) == v, signed <) go to t
#   ADD          +16 address a   +24 address b   +32 mask m   +64 address d:  *d = (*a & m) + *b
#   END          returns the header's -errno; nothing returns from the entry of an image
.intel_syntax noprefix
.globl _start, run
_start:                                 # an image's entry: its table is at this address, IMAGE_TABLE in src/image.ts
  mov edi, 0x411000
run:                                    # long run(table)
  push rbx
  push r15
  mov r15, rdi
  lea rbx, [rdi+32]
step:
  mov ecx, [rbx]
  test ecx, ecx
  jnz other
  mov rax, [rbx+8]
  mov rdi, [rbx+16]
  mov rsi, [rbx+24]
  mov rdx, [rbx+32]
  mov r10, [rbx+40]
  mov r8, [rbx+48]
  mov r9, [rbx+56]
  mov ecx, [rbx+4]
  jecxz 7f
  test cl, 1
  jz 1f
  mov rdi, [rdi]
1: test cl, 2
  jz 2f
  mov rsi, [rsi]
2: test cl, 4
  jz 3f
  mov rdx, [rdx]
3: test cl, 8
  jz 4f
  mov r10, [r10]
4: test cl, 16
  jz 5f
  mov r8, [r8]
5: test cl, 32
  jz 7f
  mov r9, [r9]
7: syscall
  cmp rax, -4095
  jae error
store:
  mov rcx, [rbx+64]
  mov [rcx], rax
next:
  add rbx, 88
  jmp step
error:
  mov ecx, eax
  neg ecx
  cmp ecx, 128
  jb 1f
  xor ecx, ecx
1:
  bt [rbx+72], rcx
  jc store
  mov [r15+16], rax
  sub rbx, r15
  mov [r15+8], rbx
  mov rbx, [r15]
  jmp step
other:
  cmp ecx, 4
  je end
  mov rax, [rbx+16]
  mov rax, [rax]
  and rax, [rbx+32]
  mov rdx, [rbx+24]
  cmp ecx, 2
  ja sum
  je less
  cmp rax, rdx
  jne next
  jmp jump
less:
  cmp rax, rdx
  jge next
jump:
  mov rbx, [rbx+64]
  jmp step
sum:
  add rax, [rdx]
  jmp store
end:
  mov rax, [r15+16]
  pop r15
  pop rbx
  ret
