package dev.culvert.tcp;

/** How lost segments are found when the peer sends SACK; without it there is only {@link #NEWRENO}. */
public enum RecoveryAlgorithm {
    /** By the time at which segments were sent (RACK, RFC 8985), metered by PRR (RFC 9937). */
    RACK,
    /** By duplicate acknowledgements (RFC 6582); what the peer says with SACK is not looked at. */
    NEWRENO
}
