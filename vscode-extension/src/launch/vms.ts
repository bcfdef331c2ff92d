/** The running VMs that `ringside ps` lists. */

export interface RunningVm {
  readonly name: string;
  /** Absent if the VM does not say. */
  readonly pid?: number;
  readonly guest?: string;
}

/** What `ringside ps` prints: a heading, then name, process id and guest; `?` where one is unknown. */
export function vmsIn(listing: string): RunningVm[] {
  return listing
    .split(/\r?\n/)
    .slice(1)
    .flatMap((line) => {
      const match = /^(\S+) +(\d+|\?) +(.+)$/.exec(line);
      if (!match) {
        return [];
      }
      const [, name = '', pid = '', guest = ''] = match;
      return [
        { name, ...(pid === '?' ? {} : { pid: Number(pid) }), ...(guest === '?' ? {} : { guest }) },
      ];
    });
}
