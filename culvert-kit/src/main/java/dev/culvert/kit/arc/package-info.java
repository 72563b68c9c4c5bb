/** Which arcs of the state diagram of RFC 9293 figure 5 a run has taken. */
package dev.culvert.kit.arc;
