/** The command {@code culvert bench peers}: Culvert, the kernel and other stacks under the same load, in one run. */
package dev.culvert.bench.peers;
