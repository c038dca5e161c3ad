using System.ComponentModel.DataAnnotations;

namespace Headroom.Silo.Options;

/// <summary>
/// Section <c>Headroom:Host</c>: which machine this is, and how much of its memory may be handed out.
/// </summary>
internal sealed class HostSettings : IValidatableObject
{
    /// <summary>A DNS name is at most this long, and host names are DNS names on every platform we run on.</summary>
    public const int NameMaxLength = 253;

    /// <summary>The key of this machine in the cluster. Default: the machine's name in lower case.</summary>
    [Required]
    [StringLength(NameMaxLength, MinimumLength = 1)]
    [RegularExpression("[a-z0-9._-]+", ErrorMessage = "1 to 253 characters of a-z, 0-9, '.', '-' and '_'")]
    public string Name { get; set; } = Environment.MachineName.ToLowerInvariant();

    /// <summary>Bytes that may be handed out on this host. Null: what the machine has is found at start.</summary>
    [Range(typeof(long), "1", "9223372036854775807")]
    public long? CapacityBytes { get; set; }

    /// <summary>
    /// Bytes of the capacity that only must-succeed requests may use. At most the capacity. Null: a sixteenth of it.
    /// </summary>
    [Range(typeof(long), "0", "9223372036854775807")]
    public long? ReserveBytes { get; set; }

    /// <summary>Bytes of the reserve that other hosts may borrow. At most the reserve. Null: none.</summary>
    [Range(typeof(long), "0", "9223372036854775807")]
    public long? PledgedBytes { get; set; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (ReserveBytes is { } reserve && CapacityBytes is { } capacity && reserve > capacity)
        {
            yield return new($"at most CapacityBytes ({capacity})", [nameof(ReserveBytes)]);
        }

        if (PledgedBytes is { } pledged && ReserveBytes is { } ceiling && pledged > ceiling)
        {
            yield return new($"at most ReserveBytes ({ceiling})", [nameof(PledgedBytes)]);
        }
    }
}
