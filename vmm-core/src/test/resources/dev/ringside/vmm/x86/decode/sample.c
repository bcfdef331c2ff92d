/* Code for the decoder's conformance test: compiled for 32 and 16 bits, and never run. */
typedef unsigned int u32;
typedef unsigned long long u64;
typedef unsigned char u8;
typedef short s16;

struct item {
  u8 kind;
  s16 delta;
  u32 count;
  double weight;
  struct item *next;
  char name[40];
};

volatile u32 sink;
extern int outside(int, const char *);
extern int (*table[8])(int);

u64 multiply(u64 a, u64 b) { return a * b + (a >> 7) - (b << 3) + (a ^ ~b); }

u32 bits(u32 x) {
  u32 n = 0;
  for (; x; x &= x - 1) n++;
  return n + __builtin_clz(x | 1) + __builtin_ctz(x | 1) + __builtin_bswap32(x) + (x << 5 | x >> 27);
}

int choose(int x, int y) {
  switch (x) {
    case 0: return outside(y, "zero");
    case 1: return table[y & 7](x);
    case 2: return y / 3 + y % 7;
    case 3: return x < y ? x : y;
    case 4: return (s16)y * (signed char)x;
    case 5: return (unsigned)y / (unsigned)(x + 1);
    case 6: return y >= 0 && y < 100;
    case 7: return -y;
    default: return ~y;
  }
}

double walk(struct item *list, double scale) {
  double sum = 0, product = 1;
  for (; list; list = list->next) {
    sum += list->weight * scale - list->count / 3.0 + list->delta;
    product *= list->weight > sum ? sum : list->weight;
    if (list->kind == 7) list->count += (u32)sum;
    list->kind ^= 0x55;
  }
  return sum / product + (float)scale;
}

void fill(struct item *to, const struct item *from, int n) {
  for (int i = 0; i < n; i++) {
    to[i] = from[n - i];
    for (int j = 0; j < 40; j++) to[i].name[j] += from[i].name[39 - j] | 0x20;
  }
}

void sums(float *a, const float *b, int *c, int n) {
  for (int i = 0; i < n; i++) {
    a[i] = a[i] * b[i] + (float)c[i];
    c[i] = c[i] * 5 + (int)b[i];
  }
}

void machine(u8 port, u32 value) {
  __asm__ volatile("outb %%al,%%dx; inb %%dx,%%al; cli; sti; hlt" : : "a"(value), "d"(port));
  __asm__ volatile("pusha; pushf; popf; popa; aaa; daa; xlat; into");
  __asm__ volatile("cld; rep movsb; repne scasb; rep stosl; lodsw; cmpsl" ::: "memory");
  __asm__ volatile("cpuid; rdtsc; wbinvd; invd; clts; lock; incl sink" ::: "memory");
  __asm__ volatile("lgdt sink; lidt sink; sgdt sink; ltr %w0; lldt %w0; str %w0" : : "r"(value));
  __asm__ volatile("movl %%cr0,%0; movl %0,%%cr3; movl %%dr7,%0; movw %%ds,%w0" : "+r"(value));
  __asm__ volatile("ljmp $0x10,$0x1234; lcall $0x18,$0x5678; lret; iret; int $0x10; int3");
  __asm__ volatile("les sink,%0; lds sink,%0; lfs sink,%0; bound %0,sink" : "+r"(value));
  sink = value;
}
