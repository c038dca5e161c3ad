using Microsoft.AspNetCore.Http;

namespace Headroom.AspNetCore;

/// <summary>In an endpoint's metadata: what its requests need. The last one counts.</summary>
internal sealed class HeadroomRequirement
{
    /// <summary>Checks both.</summary>
    /// <param name="subsystem">The name of the subsystem.</param>
    /// <param name="urgency">What a refusal does to the caller.</param>
    internal HeadroomRequirement(string subsystem, Urgency urgency)
    {
        if (!ResourceName.IsValid(subsystem))
        {
            throw new ArgumentException($"The name of a subsystem {ResourceName.Rule}.", nameof(subsystem));
        }

        if (urgency > Urgency.MustSucceed)
        {
            throw new ArgumentOutOfRangeException(nameof(urgency), urgency, "Unknown urgency; 0 to 3 are known.");
        }

        (Subsystem, Urgency) = (subsystem, urgency);
    }

    internal string Subsystem { get; }

    internal Urgency Urgency { get; }

    /// <summary>Bytes that a request will use, 0 for none; null when an operation knows.</summary>
    internal Func<HttpContext, long>? Estimate { get; init; }

    /// <summary>The key of the operation that knows; null when there is an estimate.</summary>
    internal string? Operation { get; init; }

    /// <summary>How the operation estimates; null for its defaults.</summary>
    internal OperationOptions? OperationOptions { get; init; }
}
