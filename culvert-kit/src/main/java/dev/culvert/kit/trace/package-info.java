/** What the connections of a running stack do over time, written to files. */
package dev.culvert.kit.trace;
