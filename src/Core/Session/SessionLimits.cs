namespace Headroom;

/// <summary>Bounds of a session.</summary>
internal sealed record SessionLimits
{
    /// <summary>Credit that all subsystems together may hold unused, after an exchange.</summary>
    public long MaxIdleCreditBytes { get; init; } = 64L << 20;

    /// <summary>The smallest slab: some dozens of small leases for one message.</summary>
    public long MinSlabBytes { get; init; } = 64L << 10;

    /// <summary>A slab doubles up to this size, and grows by a quarter from there.</summary>
    public long MaxDoubledSlabBytes { get; init; } = 8L << 20;

    /// <summary>
    /// What is beyond a slab goes back when it lay unused for this long: what a burst of leases gave back, the next one
    /// takes. What is asked back goes at once.
    /// </summary>
    public TimeSpan Ebb { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Between two exchanges, unless the first was not answered: what happens meanwhile goes into one message.
    /// </summary>
    public TimeSpan Spacing { get; init; } = TimeSpan.FromMilliseconds(2);

    /// <summary>The first pause after a message that was not answered; doubles up to <see cref="MaxPause"/>.</summary>
    public TimeSpan MinPause { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest pause between messages to an authority that does not answer.</summary>
    public TimeSpan MaxPause { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The first pause after a want that was not met; doubles up to <see cref="MaxWantPause"/>.</summary>
    public TimeSpan MinWantPause { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>The longest pause before asking again for credit that there was not.</summary>
    public TimeSpan MaxWantPause { get; init; } = TimeSpan.FromSeconds(1);
}
