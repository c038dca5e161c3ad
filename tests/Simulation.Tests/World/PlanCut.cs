using System.Globalization;

namespace Headroom.Simulation.Tests.World;

/// <summary>What is left out of a plan. Written as a short text, so that a shrunk world can be replayed.</summary>
internal sealed record PlanCut
{
    internal static readonly PlanCut Nothing = new();

    /// <summary>Faults that do not happen, by their place in the plan.</summary>
    internal IReadOnlyList<int> Faults { get; init; } = [];

    /// <summary>Clients that are not there, by their number.</summary>
    internal IReadOnlyList<int> Clients { get; init; } = [];

    /// <summary>Callers that are not there, by their number.</summary>
    internal IReadOnlyList<int> Callers { get; init; } = [];

    /// <summary>Peace comes after so many seconds; null as planned.</summary>
    internal double? Busy { get; init; }

    /// <summary>Whether the network loses and repeats nothing and all clocks run alike.</summary>
    internal bool IsCalm { get; init; }

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    internal static PlanCut Parse(string text)
    {
        PlanCut cut = Nothing;
        foreach (string part in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            string value = part[1..];
            cut = part[0] switch
            {
                'f' => cut with { Faults = Numbers(value) },
                'c' => cut with { Clients = Numbers(value) },
                'h' => cut with { Callers = Numbers(value) },
                'b' => cut with { Busy = double.Parse(value, CultureInfo.InvariantCulture) },
                'n' => cut with { IsCalm = true },
                _ => throw new FormatException($"A cut has parts f, c, h, b and n, not {part}."),
            };
        }

        return cut;
    }

    internal WorldPlan Apply(WorldPlan plan)
    {
        TimeSpan busy = Busy is { } seconds ? TimeSpan.FromSeconds(seconds) : plan.Busy;
        return plan with
        {
            Busy = busy < plan.Busy ? busy : plan.Busy,
            Faults = [.. plan.Faults.Where((_, at) => !Faults.Contains(at))],
            Clients = [.. plan.Clients.Where(client => !Clients.Contains(client.Number))],
            Callers = [.. plan.Callers.Where(caller => !Callers.Contains(caller.Number))],
            Loss = IsCalm ? 0 : plan.Loss,
            Twice = IsCalm ? 0 : plan.Twice,
            Late = IsCalm ? 0 : plan.Late,
            SlowAsks = IsCalm ? 0 : plan.SlowAsks,
            LateOpenings = IsCalm ? 0 : plan.LateOpenings,
            Drift = IsCalm ? 0 : plan.Drift,
        };
    }

    public override string ToString()
    {
        var parts = new List<string>();
        Add('f', Faults);
        Add('c', Clients);
        Add('h', Callers);
        if (Busy is { } seconds)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"b{seconds:0.0}"));
        }

        if (IsCalm)
        {
            parts.Add("n");
        }

        return string.Join(' ', parts);

        void Add(char kind, IReadOnlyList<int> numbers)
        {
            if (numbers.Count > 0)
            {
                parts.Add($"{kind}{string.Join(',', numbers)}");
            }
        }
    }

    private static int[] Numbers(string value) =>
        [.. value.Split(',').Select(number => int.Parse(number, CultureInfo.InvariantCulture))];
}
