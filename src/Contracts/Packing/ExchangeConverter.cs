namespace Headroom.Contracts.Packing;

/// <summary>
/// Packs the rows of an <see cref="Exchange"/>: a holding and the want of the same subsystem are one.
/// </summary>
[RegisterConverter]
internal sealed class ExchangeConverter : IConverter<Exchange, ExchangeSurrogate>
{
    // What a row has; a want that stands behind those of later holdings has a row of its own.
    private const long Holds = 1;
    private const long Asks = 2;
    private const int Numbers = 9;

    /// <inheritdoc/>
    public Exchange ConvertFromSurrogate(in ExchangeSurrogate surrogate)
    {
        var rows = new RowReader(surrogate.Rows);
        var holdings = new Holding[rows.Count];
        var wants = new Want[rows.Count];
        Span<long> numbers = stackalloc long[Numbers];
        int held = 0;
        int wanted = 0;
        for (int row = 0; row < rows.Count; row++)
        {
            string subsystem = rows.Next(numbers);
            if ((numbers[0] & Holds) != 0)
            {
                holdings[held++] = new Holding
                {
                    Subsystem = subsystem,
                    CreditBytes = numbers[3],
                    OptionalBytes = numbers[4],
                    SafeToFailBytes = numbers[5],
                    RiskyToFailBytes = numbers[6],
                    MustSucceedBytes = numbers[7],
                    EmergencyBytes = numbers[8],
                };
            }

            if ((numbers[0] & Asks) != 0)
            {
                wants[wanted++] = new Want
                {
                    Subsystem = subsystem,
                    TotalBytes = numbers[1],
                    Urgency = (byte)numbers[2],
                };
            }
        }

        return new Exchange
        {
            Session = surrogate.Session,
            Epoch = surrogate.Epoch,
            Seen = surrogate.Seen,
            Holdings = Exactly(holdings, held),
            Wants = Exactly(wants, wanted),
            Released = surrogate.Released ?? [],
            Cancelled = surrogate.Cancelled ?? [],
            MustSucceed = surrogate.MustSucceed ?? [],
            Settled = surrogate.Settled,
            Heap = surrogate.Heap,
        };
    }

    /// <inheritdoc/>
    public ExchangeSurrogate ConvertToSurrogate(in Exchange value) => new()
    {
        Session = value.Session,
        Epoch = value.Epoch,
        Seen = value.Seen,
        Rows = Pack(value.Holdings, value.Wants),
        Released = value.Released is [] ? null : value.Released,
        Cancelled = value.Cancelled is [] ? null : value.Cancelled,
        MustSucceed = value.MustSucceed is [] ? null : value.MustSucceed,
        Settled = value.Settled,
        Heap = value.Heap,
    };

    private static byte[] Pack(Holding[] holdings, Want[] wants)
    {
        int together = 0;
        foreach (Holding holding in holdings)
        {
            together += IsNext(wants, together, holding.Subsystem) ? 1 : 0;
        }

        var rows = new RowWriter(
            holdings.Length + wants.Length - together, stackalloc byte[RowWriter.ScratchLength]);
        int next = 0;
        foreach (ref readonly Holding held in holdings.AsSpan())
        {
            Want want = default;
            long what = Holds;
            if (IsNext(wants, next, held.Subsystem))
            {
                want = wants[next++];
                what |= Asks;
            }

            rows.Add(
                held.Subsystem, what, want.TotalBytes, want.Urgency, held.CreditBytes, held.OptionalBytes,
                held.SafeToFailBytes, held.RiskyToFailBytes, held.MustSucceedBytes, held.EmergencyBytes);
        }

        foreach (Want want in wants.AsSpan(next))
        {
            rows.Add(want.Subsystem, Asks, want.TotalBytes, want.Urgency);
        }

        return rows.ToArray();
    }

    private static bool IsNext(Want[] wants, int next, string subsystem) =>
        next < wants.Length && string.Equals(wants[next].Subsystem, subsystem, StringComparison.Ordinal);

    private static T[] Exactly<T>(T[] rows, int count) => rows.Length == count ? rows : rows[..count];
}
