using System.ComponentModel.DataAnnotations;

namespace Headroom.Silo.Options;

/// <summary>
/// Section <c>Headroom:Urgency</c>: one section for each urgency. Floors must not rise with urgency, because the one
/// who needs memory more must never be refused by a floor that the one who needs it less may pass.
/// </summary>
internal sealed class UrgencySettings : IValidatableObject
{
    /// <summary>Answered at once: who can do without does not wait.</summary>
    public UrgencyLevelSettings Optional { get; set; } =
        new() { HostFloorPercent = 20, ContainerFloorPercent = 20, WaitSeconds = 0, MaxRetries = 0 };

    /// <summary>A few tries in under a second: a user is waiting for the answer, yes or no.</summary>
    public UrgencyLevelSettings SafeToFail { get; set; } = new()
    {
        HostFloorPercent = 10,
        ContainerFloorPercent = 10,
        WaitSeconds = 0.8,
        MaxRetries = 3,
        MaxDelayMilliseconds = 250,
    };

    /// <summary>Longer, while memory is taken back for it: a refusal here may lose data.</summary>
    public UrgencyLevelSettings RiskyToFail { get; set; } =
        new() { HostFloorPercent = 5, ContainerFloorPercent = 5, WaitSeconds = 10, MaxRetries = 20 };

    /// <summary>
    /// Waits in the queue of its budget. The wait is only how long one request stays open; the place in the queue
    /// outlives it, so there is nothing to retry.
    /// </summary>
    public UrgencyLevelSettings MustSucceed { get; set; } = new() { WaitSeconds = 30, MaxRetries = 0 };

    /// <summary>The settings of <paramref name="urgency"/>, which must be one of the four.</summary>
    public UrgencyLevelSettings this[Urgency urgency] => urgency switch
    {
        Urgency.Optional => Optional,
        Urgency.SafeToFail => SafeToFail,
        Urgency.RiskyToFail => RiskyToFail,
        Urgency.MustSucceed => MustSucceed,
        _ => throw new ArgumentOutOfRangeException(nameof(urgency), urgency, "not one of the four urgencies"),
    };

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        for (Urgency urgency = Urgency.SafeToFail; urgency <= Urgency.MustSucceed; urgency++)
        {
            UrgencyLevelSettings level = this[urgency];
            UrgencyLevelSettings lower = this[urgency - 1];
            if (level.HostFloorPercent > lower.HostFloorPercent)
            {
                yield return Rises(urgency, nameof(level.HostFloorPercent), lower.HostFloorPercent);
            }

            if (level.ContainerFloorPercent > lower.ContainerFloorPercent)
            {
                yield return Rises(urgency, nameof(level.ContainerFloorPercent), lower.ContainerFloorPercent);
            }
        }

        if (MustSucceed.HostFloorPercent != 0)
        {
            yield return new("0", [$"{nameof(MustSucceed)}:{nameof(UrgencyLevelSettings.HostFloorPercent)}"]);
        }

        if (MustSucceed.ContainerFloorPercent != 0)
        {
            yield return new("0", [$"{nameof(MustSucceed)}:{nameof(UrgencyLevelSettings.ContainerFloorPercent)}"]);
        }
    }

    private static ValidationResult Rises(Urgency urgency, string name, int ceiling) =>
        new($"0 to {ceiling}, the floor of {urgency - 1}", [$"{urgency}:{name}"]);
}
