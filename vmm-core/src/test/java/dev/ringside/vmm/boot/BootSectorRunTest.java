package dev.ringside.vmm.boot;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringside.vmm.Guest;
import dev.ringside.vmm.GuestEnd;
import dev.ringside.vmm.MachineConfiguration;
import dev.ringside.vmm.VirtualMachine;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A boot sector from power-on to power-off, on the services of the built-in BIOS. */
class BootSectorRunTest {
  /**
   * Sets the video mode; prints "boot "; reads sector 1 by block number to 0:8000 and prints it;
   * waits 2 ms; waits for a key and prints it; powers off through port 0x604.
   */
  private static final String PROGRAM =
      "b80300 cd10" // mov ax, 3; int 10h
          + "be417c e82a00" // mov si, text; call print
          + "be487c b442 cd13 721e" // mov si, packet; mov ah, 42h; int 13h; jc fail
          + "be0080 e81b00" // mov si, 8000h; call print
          + "31c9 bad007 b486 cd15" // xor cx, cx; mov dx, 2000; mov ah, 86h; int 15h
          + "30e4 cd16" // xor ah, ah; int 16h
          + "b40e cd10" // mov ah, 0Eh; int 10h
          + "ba0406 b80020 ef" // mov dx, 604h; mov ax, 2000h; out dx, ax
          + "f4 ebfd" // fail: hlt; jmp fail
          + "ac 84c0 7406 b40e cd10 ebf5 c3" // print: lodsb; until it is 0: int 10h
          + "626f6f742000 90" // "boot ", 0
          + "1000 0100 0080 0000 0100000000000000"; // one sector from block 1 to 0:8000

  private static byte[] disk() {
    byte[] disk = Arrays.copyOf(HexFormat.of().parseHex(PROGRAM.replace(" ", "")), 1024);
    disk[510] = 0x55;
    disk[511] = (byte) 0xaa;
    System.arraycopy("disk \0".getBytes(US_ASCII), 0, disk, 512, 6);
    return disk;
  }

  @Test
  @Timeout(60)
  void readsItsDiskWaitsForAKeyAndPowersOff() throws Exception {
    ByteArrayOutputStream console = new ByteArrayOutputStream();
    MachineConfiguration configuration =
        MachineConfiguration.defaults().withMemory(2 << 20).withSerialOutput(console);
    Guest guest = Guest.of(GuestImage.of("disk", disk()), Optional.empty(), "");
    try (VirtualMachine vm = VirtualMachine.create(configuration, guest)) {
      vm.serialInput("k".getBytes(US_ASCII));
      vm.resume();
      GuestEnd end = vm.ended().get(50, TimeUnit.SECONDS);
      assertThat(end).isEqualTo(new GuestEnd.PowerOff());
      assertThat(console.toString(US_ASCII)).isEqualTo("boot disk k");
    }
  }
}
