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

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (MaxLeaseTtl < Ttl)
        {
            yield return new($"at least Ttl ({Ttl:c})", [nameof(MaxLeaseTtl)]);
        }
    }
}
