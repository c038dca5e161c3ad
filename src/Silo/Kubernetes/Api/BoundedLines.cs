using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;

namespace Headroom.Silo.Kubernetes.Api;

/// <summary>Reads a stream line by line, and no line without end.</summary>
internal static class BoundedLines
{
    // An object is 1.5 MiB at most in the API server's store; as JSON it may be some times that.
    private const int LengthMax = 16 * 1024 * 1024;

    /// <summary>The lines as they come. What follows the last line's end when the stream is cut is no line.</summary>
    /// <exception cref="ApiException">A line is longer than any object.</exception>
    public static async IAsyncEnumerable<string> ReadAsync(
        Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        PipeReader reader = PipeReader.Create(stream);
        try
        {
            while (true)
            {
                ReadResult read = await reader.ReadAsync(cancellationToken);
                ReadOnlySequence<byte> rest = read.Buffer;
                while (rest.PositionOf((byte)'\n') is { } end)
                {
                    ReadOnlySequence<byte> line = rest.Slice(0, end);
                    if (!line.IsEmpty)
                    {
                        yield return Encoding.UTF8.GetString(line);
                    }

                    rest = rest.Slice(rest.GetPosition(1, end));
                }

                if (rest.Length > LengthMax)
                {
                    throw new ApiException($"a watch sent a line of more than {LengthMax} bytes");
                }

                reader.AdvanceTo(rest.Start, rest.End);
                if (read.IsCompleted)
                {
                    yield break;
                }
            }
        }
        finally
        {
            await reader.CompleteAsync();
        }
    }
}
