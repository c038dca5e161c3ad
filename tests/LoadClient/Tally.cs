namespace Headroom.LoadClient;

/// <summary>What came of the operations.</summary>
internal sealed class Tally
{
    public int Taken { get; set; }

    public int Granted { get; set; }

    public int Refused { get; set; }

    public int GivenUp { get; set; }

    /// <summary>The longest that a must-succeed waited.</summary>
    public TimeSpan LongestWait { get; private set; }

    public void Waited(TimeSpan wait) => LongestWait = wait > LongestWait ? wait : LongestWait;

    public static Tally Add(Tally a, Tally b) => new()
    {
        Taken = a.Taken + b.Taken,
        Granted = a.Granted + b.Granted,
        Refused = a.Refused + b.Refused,
        GivenUp = a.GivenUp + b.GivenUp,
        LongestWait = a.LongestWait > b.LongestWait ? a.LongestWait : b.LongestWait,
    };

    public override string ToString() =>
        $"taken={Taken} granted={Granted} refused={Refused} given-up={GivenUp} longest={LongestWait.TotalSeconds:0.0}";
}
