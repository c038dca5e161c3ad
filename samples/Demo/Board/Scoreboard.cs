using System.IO.MemoryMappedFiles;

namespace Headroom.Samples.Demo.Board;

/// <summary>
/// Numbers in a file that is mapped: what a process counts there is seen by others at once, and outlives its being
/// killed at any moment. Thread-safe, and safe between processes.
/// </summary>
internal sealed unsafe class Scoreboard : IDisposable
{
    /// <summary>How many writers of numbered transactions there may be.</summary>
    internal const int MaxNumbers = 8;

    // Behind the slots: how many commits took how long.
    private const int FirstBucket = 64;

    // Sixteen for each power of two of microseconds, so that a percentile is off by 6 % at most.
    private const int BucketsPerPower = 16;
    private const int Buckets = BucketsPerPower * 34;
    private const int FileBytes = (FirstBucket + Buckets) * sizeof(long);

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly long* _numbers;

    private Scoreboard(MemoryMappedFile file)
    {
        _file = file;
        _view = file.CreateViewAccessor(0, FileBytes);
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _numbers = (long*)start;
    }

    /// <summary>The number in a slot.</summary>
    internal long this[Slot slot]
    {
        get => Volatile.Read(ref _numbers[(int)slot]);
        set => Volatile.Write(ref _numbers[(int)slot], value);
    }

    /// <summary>Opens a board, and makes it with zeros when it is not there.</summary>
    internal static Scoreboard Open(string path)
        => new(MemoryMappedFile.CreateFromFile(path, FileMode.OpenOrCreate, null, FileBytes));

    /// <summary>The slot of one urgency, when <paramref name="first"/> is that of the lowest.</summary>
    internal static Slot Of(Slot first, Urgency urgency) => first + (int)urgency;

    /// <summary>The slot of a writer of numbered transactions.</summary>
    internal static Slot Number(int writer) => Slot.FirstNumber + writer;

    /// <summary>Adds to a slot.</summary>
    internal void Add(Slot slot, long amount) => Interlocked.Add(ref _numbers[(int)slot], amount);

    /// <summary>Raises a slot to a number, if it is lower.</summary>
    internal void Raise(Slot slot, long number)
    {
        long seen = this[slot];
        while (seen < number)
        {
            long now = Interlocked.CompareExchange(ref _numbers[(int)slot], number, seen);
            if (now == seen)
            {
                return;
            }

            seen = now;
        }
    }

    /// <summary>Says that nothing is in use: the process that held it is gone.</summary>
    internal void NothingHeld()
    {
        foreach (Urgency urgency in Enum.GetValues<Urgency>())
        {
            this[Of(Slot.HeldOptional, urgency)] = 0;
        }

        this[Slot.Lent] = 0;
    }

    /// <summary>Counts how long a commit took.</summary>
    internal void AddLatency(TimeSpan took)
        => Interlocked.Increment(ref _numbers[FirstBucket + Bucket((long)took.TotalMicroseconds)]);

    /// <summary>The time that a share of all commits did not exceed, rounded up; zero when there was none.</summary>
    internal TimeSpan Latency(int percent)
    {
        long all = 0;
        for (int bucket = 0; bucket < Buckets; bucket++)
        {
            all += _numbers[FirstBucket + bucket];
        }

        long rest = (all * percent) + 99;
        for (int bucket = 0; bucket < Buckets; bucket++)
        {
            rest -= _numbers[FirstBucket + bucket] * 100;
            if (rest < 100)
            {
                return all == 0 ? TimeSpan.Zero : TimeSpan.FromMicroseconds(EndOf(bucket));
            }
        }

        return TimeSpan.Zero;
    }

    /// <summary>Unmaps it; the file stays.</summary>
    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }

    private static int Bucket(long microseconds)
    {
        long value = Math.Max(microseconds, BucketsPerPower);
        int power = 63 - System.Numerics.BitOperations.LeadingZeroCount((ulong)value);
        int part = (int)(value >> (power - 4)) - BucketsPerPower;
        return Math.Min(((power - 4) * BucketsPerPower) + part, Buckets - 1);
    }

    private static long EndOf(int bucket)
        => (long)(BucketsPerPower + (bucket % BucketsPerPower) + 1) << (bucket / BucketsPerPower);
}
