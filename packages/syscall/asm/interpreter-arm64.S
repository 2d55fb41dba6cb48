// The interpreter of a packed Program (src/pack.ts), arm64. The table is described in interpreter-x64.S.
.globl _start, run
_start:                                 // an image's entry: its table is at this address, IMAGE_TABLE in src/image.ts
  mov x0, #0x1000
  movk x0, #0x41, lsl #16
run:                                    // long run(table): x9 to x17 are the callee's to spoil, svc keeps them
  mov x10, x0
  add x11, x0, #32
step:
  ldr w9, [x11]
  cbnz w9, other
  ldp x8, x0, [x11, #8]
  ldp x1, x2, [x11, #24]
  ldp x3, x4, [x11, #40]
  ldr x5, [x11, #56]
  ldr w9, [x11, #4]
  cbz w9, 7f
  tbz w9, #0, 1f
  ldr x0, [x0]
1: tbz w9, #1, 2f
  ldr x1, [x1]
2: tbz w9, #2, 3f
  ldr x2, [x2]
3: tbz w9, #3, 4f
  ldr x3, [x3]
4: tbz w9, #4, 5f
  ldr x4, [x4]
5: tbz w9, #5, 7f
  ldr x5, [x5]
7: svc #0
  cmn x0, #4095
  b.hs error
store:
  ldr x9, [x11, #64]
  str x0, [x9]
next:
  add x11, x11, #88
  b step
error:
  neg x9, x0
  cmp x9, #128
  csel x9, x9, xzr, lo
  add x12, x11, #72
  lsr x13, x9, #6
  ldr x12, [x12, x13, lsl #3]
  lsr x12, x12, x9                      // by x9 modulo 64
  tbnz x12, #0, store
  str x0, [x10, #16]
  sub x11, x11, x10
  str x11, [x10, #8]
  ldr x11, [x10]
  b step
other:
  cmp w9, #4
  b.eq end
  ldp x0, x1, [x11, #16]
  ldr x0, [x0]
  ldr x12, [x11, #32]
  and x0, x0, x12
  cmp w9, #2
  b.hi sum
  b.eq less
  cmp x0, x1
  b.ne next
  b jump
less:
  cmp x0, x1
  b.ge next
jump:
  ldr x11, [x11, #64]
  b step
sum:
  ldr x1, [x1]
  add x0, x0, x1
  b store
end:
  ldr x0, [x10, #16]
  ret
