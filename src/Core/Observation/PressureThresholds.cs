namespace Headroom;

/// <summary>
/// Where the levels of a <see cref="PressureGauge"/> begin and end. Shares are in basis points of time, 1 to 10,000.
/// Each
/// level is left at a lower share than it is entered at, and only after <see cref="Hold"/>, so that it does not flap.
/// </summary>
public sealed record PressureThresholds
{
    /// <summary>The longest accepted <see cref="Hold"/>: longer would keep floors raised long after the cause is
    /// gone.</summary>
    public static readonly TimeSpan HoldMax = TimeSpan.FromMinutes(10);

    /// <summary>The thresholds used unless others are set; each property says where its value comes from.</summary>
    public static PressureThresholds Default { get; } = new();

    /// <summary>
    /// Share of "some" at and above which <see cref="PressureLevel.Some"/> begins; 1,000 (10 %) unless set.
    /// </summary>
    // The kernel's own example of a trigger worth waking for is 150 ms in 1 s. Floors rise before somebody has to
    // react.
    public int SomeEnterBasisPoints { get; init; } = 1_000;

    /// <summary>
    /// Share of "some" below which <see cref="PressureLevel.Some"/> may end; 500 (5 %) unless set. Less than
    /// <see cref="SomeEnterBasisPoints"/>.
    /// </summary>
    // Half of the entry: avg10 halves within 7 s of calm (10 s x ln 2), so one stall cannot end and begin the level by
    // noise.
    public int SomeLeaveBasisPoints { get; init; } = 500;

    /// <summary>
    /// Share of "full" at and above which <see cref="PressureLevel.High"/> begins; 2,000 (20 %) unless set.
    /// </summary>
    // systemd-oomd kills at 60 % of "full" held for 30 s. A third of that leaves time to take memory back first, and is
    // above the entry of Some, so that a lone task, for which "full" equals "some", passes through Some.
    public int HighEnterBasisPoints { get; init; } = 2_000;

    /// <summary>
    /// Share of "full" below which <see cref="PressureLevel.High"/> may end; 1,000 (10 %) unless set. Less than
    /// <see cref="HighEnterBasisPoints"/>.
    /// </summary>
    // Half of the entry, as for Some.
    public int HighLeaveBasisPoints { get; init; } = 1_000;

    /// <summary>
    /// How long readings must stay below a level's end before it ends; 10 s unless set, 0 to <see cref="HoldMax"/>.
    /// </summary>
    // The window of avg10: after it, what is read comes mostly from time after the last stall.
    public TimeSpan Hold { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Finds everything that is wrong with these thresholds, one sentence each; empty when they can be
    /// used.</summary>
    public IReadOnlyList<string> Validate()
    {
        List<string> errors = [];
        AddPairErrors(errors, SomeEnterBasisPoints, SomeLeaveBasisPoints, "Some");
        AddPairErrors(errors, HighEnterBasisPoints, HighLeaveBasisPoints, "High");
        if (Hold < TimeSpan.Zero || Hold > HoldMax)
        {
            errors.Add($"Hold is {Hold}; it must be from 0 to {HoldMax}.");
        }

        return errors;
    }

    private static void AddPairErrors(List<string> errors, int enter, int leave, string level)
    {
        if (enter is < 1 or > PressureSample.WholeBasisPoints)
        {
            errors.Add($"{level}EnterBasisPoints is {enter}; it must be from 1 to {PressureSample.WholeBasisPoints}.");
        }

        if (leave < 1 || leave >= enter)
        {
            errors.Add($"{level}LeaveBasisPoints is {leave}; it must be from 1 to "
                + $"less than {level}EnterBasisPoints ({enter}).");
        }
    }
}
