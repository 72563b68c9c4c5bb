/** What a connection does over time, collected by a probe and drawn. */
package dev.culvert.kit.plot;
