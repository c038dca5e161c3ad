namespace Headroom.Contracts.Packing;

/// <summary>Packs the rows of an <see cref="ExchangeAnswer"/>.</summary>
[RegisterConverter]
internal sealed class ExchangeAnswerConverter : IConverter<ExchangeAnswer, ExchangeAnswerSurrogate>
{
    private const int Numbers = 7;

    /// <inheritdoc/>
    public ExchangeAnswer ConvertFromSurrogate(in ExchangeAnswerSurrogate surrogate)
    {
        var rows = new RowReader(surrogate.Rows);
        var entitlements = new Entitlement[rows.Count];
        Span<long> numbers = stackalloc long[Numbers];
        for (int row = 0; row < entitlements.Length; row++)
        {
            string subsystem = rows.Next(numbers);
            entitlements[row] = new Entitlement
            {
                Subsystem = subsystem,
                TotalBytes = numbers[0],
                MaxUrgency = (byte)numbers[1],
                EmergencyBytes = numbers[2],
                ReclaimBelow = (byte)numbers[3],
                KeepBytes = numbers[4],
                State = (byte)numbers[5],
                LoansComeHome = numbers[6] != 0,
            };
        }

        return new ExchangeAnswer
        {
            Outcome = surrogate.Outcome,
            Session = surrogate.Session,
            Epoch = surrogate.Epoch,
            Order = surrogate.Order,
            Entitlements = entitlements,
            Gate = surrogate.Gate,
            ReclaimWithin = surrogate.ReclaimWithin,
            Overdue = surrogate.Overdue,
            HardLimitBytes = surrogate.HardLimitBytes,
            Collect = surrogate.Collect,
        };
    }

    /// <inheritdoc/>
    public ExchangeAnswerSurrogate ConvertToSurrogate(in ExchangeAnswer value)
    {
        var rows = new RowWriter(value.Entitlements.Length, stackalloc byte[RowWriter.ScratchLength]);
        foreach (ref readonly Entitlement row in value.Entitlements.AsSpan())
        {
            rows.Add(
                row.Subsystem, row.TotalBytes, row.MaxUrgency, row.EmergencyBytes, row.ReclaimBelow, row.KeepBytes,
                row.State, row.LoansComeHome ? 1 : 0);
        }

        return new ExchangeAnswerSurrogate
        {
            Outcome = value.Outcome,
            Session = value.Session,
            Epoch = value.Epoch,
            Order = value.Order,
            Rows = rows.ToArray(),
            Gate = value.Gate,
            ReclaimWithin = value.ReclaimWithin,
            Overdue = value.Overdue,
            HardLimitBytes = value.HardLimitBytes,
            Collect = value.Collect,
        };
    }
}
