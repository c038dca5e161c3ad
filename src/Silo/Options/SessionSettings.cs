using System.ComponentModel.DataAnnotations;

namespace Headroom.Silo.Options;

/// <summary>Section <c>Headroom:Session</c>: how long clients may be silent.</summary>
internal sealed class SessionSettings : IValidatableObject
{
    /// <summary>
    /// How long a session lives without a renewal. 1 s to 5 min: below a second a pause of the garbage collector ends
    /// sessions, above five minutes a dead client's bytes are missed for too long.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan Ttl { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The longest TTL that a lease over HTTP may ask for. 1 s to 1 h, and at least <see cref="Ttl"/>.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan MaxLeaseTtl { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long an authority goes on granting from what it has been given when the store does not confirm that it still
    /// is the authority: for that long, and two thirds of it at least, a store that is down is not noticed by who needs
    /// nothing new of it. What a restart has to learn takes as much longer. 6 s to 5 min; null for as long as
    /// <see cref="Ttl"/>, and 6 s at least.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:06", "00:05:00")]
    public TimeSpan? AuthorityLease { get; set; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (MaxLeaseTtl < Ttl)
        {
            yield return new($"at least Ttl ({Ttl:c})", [nameof(MaxLeaseTtl)]);
        }
    }
}
