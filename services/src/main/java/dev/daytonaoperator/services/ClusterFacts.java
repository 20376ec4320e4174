package dev.daytonaoperator.services;

import java.util.Optional;

/**
 * What is known of the cluster. Unknown facts block nothing.
 *
 * @param clusterDomain DNS domain of Services, {@code cluster.local} unless detected or set
 * @param defaultStorageClass name of the default StorageClass, when it may be read
 */
public record ClusterFacts(String clusterDomain, Optional<String> defaultStorageClass) {}
