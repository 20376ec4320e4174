package dev.daytonaoperator.operator.apply;

/**
 * The resource on whose behalf objects are written.
 *
 * @param retainData whether claims stay when the resource is deleted: then they carry no owner
 *     reference, because without a finalizer the garbage collector acts on the references that
 *     exist at that moment
 */
public record Owner(
    String apiVersion,
    String kind,
    String namespace,
    String name,
    String uid,
    boolean retainData) {}
