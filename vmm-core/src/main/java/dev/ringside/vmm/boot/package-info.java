/**
 * Guest images: one loader a format, recognised by content. A loader places the image and its boot
 * information in guest memory and says in which state the first vCPU starts.
 */
@NullMarked
package dev.ringside.vmm.boot;

import org.jspecify.annotations.NullMarked;
