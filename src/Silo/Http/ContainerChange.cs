namespace Headroom.Silo.Http;

/// <summary>Body of <c>PUT .../containers/{container}</c>; what is absent stays as it is.</summary>
/// <param name="LimitBytes">What ordinary urgencies may reach; 1 to the host's capacity.</param>
/// <param name="GuaranteeBytes">Bytes that no other container may take; 0 to the limit.</param>
/// <param name="MustSucceedQuotaBytes">Must-succeed bytes that may be outstanding at once.</param>
/// <param name="Cgroup">Its memory cgroup below the hierarchy's root, such as /orders; "" for none.</param>
internal sealed record ContainerChange(
    long? LimitBytes, long? GuaranteeBytes, long? MustSucceedQuotaBytes, string? Cgroup);
