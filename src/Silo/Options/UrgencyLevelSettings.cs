using System.ComponentModel.DataAnnotations;

namespace Headroom.Silo.Options;

/// <summary>Section <c>Headroom:Urgency:{level}</c>: the floors and the resilience pipeline of one urgency.</summary>
internal sealed class UrgencyLevelSettings : IValidatableObject
{
    /// <summary>
    /// The share of a host's capacity that must stay free after a grant of this urgency. Percent, 0 to 90.
    /// </summary>
    [Range(0, 90)]
    public int HostFloorPercent { get; set; }

    /// <summary>
    /// The share of a container's limit that must stay free after a grant of this urgency. Percent, 0 to 90.
    /// </summary>
    [Range(0, 90)]
    public int ContainerFloorPercent { get; set; }

    /// <summary>How long a request waits that does not say so itself. Seconds, 0 (answered at once) to 3600.</summary>
    [Range(0.0, 3600.0)]
    public double WaitSeconds { get; set; }

    /// <summary>How often the pipeline asks again after a refusal, within the wait. 0 (never) to 1000.</summary>
    [Range(0, 1000)]
    public int MaxRetries { get; set; }

    /// <summary>
    /// The first pause between two tries; the next ones double, with jitter. Milliseconds, 1 to 60000.
    /// </summary>
    [Range(1, 60_000)]
    public int BaseDelayMilliseconds { get; set; } = 50;

    /// <summary>The longest pause between two tries, at least the first one. Milliseconds, 1 to 60000.</summary>
    [Range(1, 60_000)]
    public int MaxDelayMilliseconds { get; set; } = 1_000;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (MaxDelayMilliseconds < BaseDelayMilliseconds)
        {
            string allowed = $"at least {nameof(BaseDelayMilliseconds)} ({BaseDelayMilliseconds})";
            yield return new(allowed, [nameof(MaxDelayMilliseconds)]);
        }
    }
}
