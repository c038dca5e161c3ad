using System.Globalization;

namespace Headroom.Core.Tests.Ledger;

/// <summary>How long property tests go on: the quick suite's budget, times what the environment says.</summary>
internal static class Effort
{
    /// <summary>Set to multiply the cases of each property; 1 unless set.</summary>
    internal const string Variable = "HEADROOM_TEST_EFFORT";

    internal static long Cases(long quick)
    {
        string? times = Environment.GetEnvironmentVariable(Variable);
        return quick * (times is null ? 1 : int.Parse(times, CultureInfo.InvariantCulture));
    }
}
