package dev.ringside.vmm.vmx;

/** The four fields that the guest-state area has for each segment register (SDM 27.4.1). */
public enum GuestSegment {
  /** Code. */
  CS(
      VmcsField.GUEST_CS_SELECTOR,
      VmcsField.GUEST_CS_BASE,
      VmcsField.GUEST_CS_LIMIT,
      VmcsField.GUEST_CS_ACCESS_RIGHTS),
  /** Stack. */
  SS(
      VmcsField.GUEST_SS_SELECTOR,
      VmcsField.GUEST_SS_BASE,
      VmcsField.GUEST_SS_LIMIT,
      VmcsField.GUEST_SS_ACCESS_RIGHTS),
  /** Data. */
  DS(
      VmcsField.GUEST_DS_SELECTOR,
      VmcsField.GUEST_DS_BASE,
      VmcsField.GUEST_DS_LIMIT,
      VmcsField.GUEST_DS_ACCESS_RIGHTS),
  /** Extra data. */
  ES(
      VmcsField.GUEST_ES_SELECTOR,
      VmcsField.GUEST_ES_BASE,
      VmcsField.GUEST_ES_LIMIT,
      VmcsField.GUEST_ES_ACCESS_RIGHTS),
  /** Data, thread-local by custom. */
  FS(
      VmcsField.GUEST_FS_SELECTOR,
      VmcsField.GUEST_FS_BASE,
      VmcsField.GUEST_FS_LIMIT,
      VmcsField.GUEST_FS_ACCESS_RIGHTS),
  /** Data, CPU-local by custom. */
  GS(
      VmcsField.GUEST_GS_SELECTOR,
      VmcsField.GUEST_GS_BASE,
      VmcsField.GUEST_GS_LIMIT,
      VmcsField.GUEST_GS_ACCESS_RIGHTS),
  /** The local descriptor table. */
  LDTR(
      VmcsField.GUEST_LDTR_SELECTOR,
      VmcsField.GUEST_LDTR_BASE,
      VmcsField.GUEST_LDTR_LIMIT,
      VmcsField.GUEST_LDTR_ACCESS_RIGHTS),
  /** The task-state segment. */
  TR(
      VmcsField.GUEST_TR_SELECTOR,
      VmcsField.GUEST_TR_BASE,
      VmcsField.GUEST_TR_LIMIT,
      VmcsField.GUEST_TR_ACCESS_RIGHTS);

  /** Bit 16 of access rights: the segment is unusable. */
  public static final int UNUSABLE = 1 << 16;

  private final VmcsField selector;
  private final VmcsField base;
  private final VmcsField limit;
  private final VmcsField accessRights;

  GuestSegment(VmcsField selector, VmcsField base, VmcsField limit, VmcsField accessRights) {
    this.selector = selector;
    this.base = base;
    this.limit = limit;
    this.accessRights = accessRights;
  }

  /** The field with the selector. */
  public VmcsField selector() {
    return selector;
  }

  /** The field with the base address. */
  public VmcsField base() {
    return base;
  }

  /** The field with the limit, in bytes. */
  public VmcsField limit() {
    return limit;
  }

  /** The field with the access rights (SDM table 27-2). */
  public VmcsField accessRights() {
    return accessRights;
  }

  /** Sets all four fields. */
  public void set(Vmcs vmcs, int selector, long base, long limit, int accessRights) {
    vmcs.set(this.selector, selector);
    vmcs.set(this.base, base);
    vmcs.set(this.limit, limit);
    vmcs.set(this.accessRights, accessRights);
  }
}
